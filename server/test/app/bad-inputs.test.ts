import type { FeatureService, ServiceInput } from "@featstore/definitions/compiler";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, emptyContract, registered, service, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";
import { type Problem, problemsText } from "./problems-text";

const types = {
  flag: "bool",
  small: "int32",
  big: "int64",
  short: "float32",
  real: "float64",
  price: "decimal",
  word: "string",
  at: "timestamp",
  day: "date",
  data: "json",
  vector: "vector(3)",
} as const satisfies Record<string, ServiceInput["type"]>;

const inputs: readonly ServiceInput[] = [
  ...Object.entries(types).map(([name, type]) => ({ name, type, nullable: true, description: null })),
  { name: "needed", type: "bool", nullable: false, description: null },
];
const echo: FeatureService = {
  ...service("echo", 1, "track", [["profile", 1, "genre"]]),
  inputs,
  // Each input is returned unchanged, to check that it is read exactly.
  computed: inputs.map(({ name, type }) => ({
    name,
    type,
    nullable: true,
    expression: { kind: "column", name: `input.${name}`, type, nullable: true },
    contract: emptyContract,
  })),
};
const plain = service("plain", 1, "track", [["profile", 1, "genre"]]);

const opened = (async () => {
  const app = await createTestApp({
    registry: createFakeRegistry(
      snapshotOf(1, [registered({ name: "profile", features: { genre: "string" } })], [echo, plain]),
    ),
    onlineStore: createFakeOnlineStore(new Map(), true),
    maxBodyBytes: 1_000_000,
  });
  return { ...app, key: await app.keyOf() };
})();

const answerOf = async (response: Response) => ({ status: response.status, body: JSON.parse(await response.text()) });

async function post(body: string) {
  const { app, key } = await opened;
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return answerOf(await app.request("/api/features/batch", { method: "POST", headers, body }));
}

async function get(query: string) {
  const { app, key } = await opened;
  return answerOf(await app.request(`/api/features/7?${query}`, { headers: { authorization: `Bearer ${key}` } }));
}

const one = (name: string, value: string) => `{"needed":true,"${name}":${value}}`;

const refused: readonly [name: keyof typeof types, value: string, code: string, says?: string][] = [
  ["flag", "1", "input_invalid", "bool"],
  ["flag", '"true"', "input_invalid"],
  ["flag", "True", "input_invalid"],
  ["small", "2147483648", "input_invalid", "range"],
  ["small", "7.0", "input_not_exact"],
  ["small", "7e0", "input_not_exact"],
  ["small", '"7"', "input_invalid"],
  ["small", "7.5", "input_not_exact"],
  ["small", "007", "input_invalid"],
  ["small", `1${"0".repeat(2000)}`, "input_invalid", "range"],
  ["big", "9007199254740993", "input_not_exact", "string"],
  ["big", "9223372036854775808", "input_not_exact"],
  ["big", '"9223372036854775808"', "input_invalid", "range"],
  ["big", '"007"', "input_not_exact"],
  ["big", '"+7"', "input_not_exact"],
  ["big", '" 7"', "input_not_exact"],
  ["big", '"7.0"', "input_not_exact"],
  ["big", '"seven"', "input_invalid"],
  ["big", '""', "input_invalid"],
  ["big", "1e3", "input_not_exact"],
  ["big", "true", "input_invalid"],
  ["short", "1e39", "input_invalid", "range"],
  ["real", "1e999", "input_invalid", "range"],
  ["real", "NaN", "input_invalid", "NaN"],
  ["real", '"NaN"', "input_invalid", "NaN"],
  ["real", "-Infinity", "input_invalid", "infinities"],
  ["real", '"1.5"', "input_invalid"],
  ["real", ".5", "input_invalid"],
  ["price", "0.1234567890123456", "input_not_exact", "string"],
  ["price", '"1e3"', "input_not_exact"],
  ["price", '"1."', "input_invalid"],
  ["price", '"abc"', "input_invalid"],
  ["price", `"${"9".repeat(1001)}"`, "input_too_long"],
  ["word", "7", "input_invalid"],
  ["word", '"\\u0000"', "input_invalid", "character"],
  ["word", '"\\ud800"', "input_invalid", "character"],
  ["word", '"\\x"', "input_invalid", "JSON"],
  ["word", `"${"a".repeat(65_536)}"`, "input_too_long", "65536"],
  ["at", '"2026-01-31T12:00:00"', "input_time_zone_required", "zone"],
  ["at", '"2026-01-31"', "input_invalid"],
  ["at", '"2026-02-30T12:00:00Z"', "input_invalid", "date"],
  ["at", '"2026-01-31T25:00:00Z"', "input_invalid", "date"],
  ["at", '"2026-01-31T12:00:00.1234567Z"', "input_not_exact", "microseconds"],
  ["at", "1767225600", "input_invalid"],
  ["day", '"2026-02-30"', "input_invalid"],
  ["day", '"2026-1-3"', "input_invalid"],
  ["day", '"2026-01-31T00:00:00Z"', "input_invalid"],
  ["day", "20260131", "input_invalid"],
  ["data", '{"a":"\\u0000"}', "input_invalid"],
  ["data", `${"[".repeat(2000)}${"]".repeat(2000)}`, "input_invalid", "deep"],
  ["data", `"${"a".repeat(65_536)}"`, "input_too_long"],
  ["vector", "[1,2]", "input_invalid", "3"],
  ["vector", "[1,2,3,4]", "input_invalid", "3"],
  ["vector", `[${"1,".repeat(100_000)}1]`, "input_invalid", "more"],
  ["vector", "[1,2,null]", "input_invalid", "element 2"],
  ["vector", "[1,2,1e39]", "input_invalid", "element 2"],
  ["vector", "[1,2,NaN]", "input_invalid", "element 2"],
  ["vector", '"[1,2,3]"', "input_invalid"],
  ["vector", "[1 2 3]", "input_invalid"],
];

test.each(refused)("%s rejects %s", async (name, value, code, says = "") => {
  const shared = await post(`{"ids":[7],"service":"echo","inputs":${one(name, value)}}`);
  expect(shared).toMatchObject({ status: 400, body: { code, errors: [{ path: `inputs.${name}` }] } });
  expect(shared.body.errors[0].detail).toContain(says);
  const byRow = await post(`{"ids":[7,8],"service":"echo","inputs_by_row":[{"needed":true},${one(name, value)}]}`);
  expect(byRow).toMatchObject({ status: 400, body: { code, errors: [{ path: `inputs_by_row[1].${name}` }] } });
  if (value.length > 5000) return;
  const single = await get(`service=echo&inputs=${encodeURIComponent(one(name, value))}`);
  expect(single).toMatchObject({ status: 400, body: { code, errors: [{ path: `query.inputs.${name}` }] } });
});

const accepted: readonly [name: keyof typeof types, value: string, answer: unknown][] = [
  ["flag", "false", false],
  ["small", "-2147483648", -2_147_483_648],
  ["big", "9007199254740991", "9007199254740991"],
  ["big", '"-9223372036854775808"', "-9223372036854775808"],
  ["short", "0.1", 0.1],
  ["real", "-0", 0],
  ["real", "1.7976931348623157e308", 1.7976931348623157e308],
  ["price", '"12345678901234567890.12345678901234567890"', "12345678901234567890.12345678901234567890"],
  ["price", "12.50", "12.50"],
  ["word", '"\\ud83d\\ude00 \\n"', "😀 \n"],
  ["at", '"2026-01-31T12:00:00.123456+02:00"', "2026-01-31T10:00:00.123456Z"],
  ["at", '"2026-01-31 12:00:00Z"', "2026-01-31T12:00:00.000000Z"],
  ["day", '"2024-02-29"', "2024-02-29"],
  ["data", '{"a": [1, {"b": null}]}', { a: [1, { b: null }] }],
  ["vector", "[0.1, -2e-3, 3]", [0.1, -0.002, 3]],
  ["word", "null", null],
];

test.each(accepted)("%s accepts %s", async (name, value, answer) => {
  const { status, body } = await get(`service=echo&inputs=${encodeURIComponent(one(name, value))}`);
  expect(status).toBe(200);
  expect(body.features.computed[name]).toEqual(answer);
});

test("decimals of JSON inputs keep their digits", async () => {
  const { app, key } = await opened;
  const response = await app.request(
    `/api/features/7?service=echo&inputs=${encodeURIComponent(one("data", "[9007199254740993, 0.10]"))}`,
    { headers: { authorization: `Bearer ${key}` } },
  );
  expect(await response.text()).toContain('"data":[9007199254740993, 0.10]');
});

const shapes: readonly [name: string, body: string, code: string, path: string][] = [
  ["a missing input", '{"ids":[7],"service":"echo","inputs":{}}', "input_missing", "inputs.needed"],
  ["no inputs at all", '{"ids":[7],"service":"echo"}', "input_missing", "inputs.needed"],
  [
    "null for one that is needed",
    '{"ids":[7],"service":"echo","inputs":{"needed":null}}',
    "input_invalid",
    "inputs.needed",
  ],
  [
    "a row without",
    '{"ids":[7,8],"service":"echo","inputs_by_row":[{"needed":true},{}]}',
    "input_missing",
    "inputs_by_row[1].needed",
  ],
  [
    "one that there is not",
    '{"ids":[7],"service":"echo","inputs":{"needed":true,"neded":1}}',
    "input_unknown",
    "inputs.neded",
  ],
  [
    "one that occurs twice",
    '{"ids":[7],"service":"echo","inputs":{"needed":true,"needed":true}}',
    "input_invalid",
    "inputs.needed",
  ],
  ["an array", '{"ids":[7],"service":"echo","inputs":[]}', "inputs_invalid", "inputs"],
  ["null", '{"ids":[7],"service":"echo","inputs":null}', "inputs_invalid", "inputs"],
  ["rows as an object", '{"ids":[7],"service":"echo","inputs_by_row":{}}', "inputs_invalid", "inputs_by_row"],
  ["a row as an array", '{"ids":[7],"service":"echo","inputs_by_row":[[]]}', "inputs_invalid", "inputs_by_row[0]"],
  [
    "fewer rows than ids",
    '{"ids":[7,8],"service":"echo","inputs_by_row":[{"needed":true}]}',
    "inputs_invalid",
    "inputs_by_row",
  ],
  ["a service without", '{"ids":[7],"service":"plain","inputs":{}}', "inputs_not_taken", "inputs"],
  [
    "rows for a service without",
    '{"ids":[7],"service":"plain","inputs_by_row":[{}]}',
    "inputs_not_taken",
    "inputs_by_row",
  ],
  ["no service", '{"ids":[7],"features":["profile"],"inputs":{}}', "inputs_not_taken", "inputs"],
];

test.each(shapes)("inputs: %s", async (_, body, code, path) => {
  const answer = await post(body);
  expect(answer).toMatchObject({ status: 400, body: { code } });
  expect(answer.body.errors[0].path).toBe(path);
});

// The one place that compares whole sentences. `-u` rewrites the file.
test("the sentences about inputs are those in golden/input-problems.md", async () => {
  const bodies = [
    ...refused.map(([name, value]) => `{"ids":[7],"service":"echo","inputs":${one(name, value)}}`),
    ...shapes.map(([, body]) => body),
  ];
  const problems: Problem[] = [];
  for (const body of bodies) problems.push((await post(body)).body);
  for (const [query] of queries) problems.push((await get(query)).body);
  await expect(problemsText(problems)).toMatchFileSnapshot("golden/input-problems.md");
});

test("names every invalid input", async () => {
  const { body } = await post('{"ids":[7],"service":"echo","inputs":{"small":1.5,"big":"x","other":1}}');
  expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
    "inputs.small",
    "inputs.big",
    "inputs.other",
    "inputs.needed",
  ]);
});

const queries: readonly [query: string, status: number, code: string][] = [
  ["service=echo", 400, "input_missing"],
  ["service=echo&inputs=", 400, "invalid_parameter"],
  ["service=echo&inputs=%7B%7D&inputs=%7B%7D", 400, "invalid_parameter"],
  ["service=echo&inputs=%", 400, "invalid_parameter"],
  ["service=echo&inputs=%7B", 400, "inputs_invalid"],
  ["service=echo&%69nputs=%7B%7D", 400, "input_missing"],
  ["features=profile&inputs=%7B%7D", 400, "inputs_not_taken"],
  ["inputs=%7B%7D", 400, "inputs_not_taken"],
  ["features=computed.flag", 400, "invalid_selection"],
  ["features=computed", 400, "invalid_selection"],
  ["features=profile.genre&service=echo", 400, "selection_conflict"],
  ["features=computed.flog&service=echo", 404, "feature_not_found"],
  ["features=computed.flag,profile.gender&service=echo", 404, "feature_not_found"],
  ["features=computed.flag&service=plain", 404, "feature_not_found"],
];

test.each(queries)("GET ?%s", async (query, status, code) => {
  expect(await get(query)).toMatchObject({ status, body: { code } });
});

test("no inputs give a 5xx", async () => {
  const value = fc.oneof(
    fc.json({ depthSize: "medium" }),
    fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
    fc.string(),
    fc.bigInt().map(String),
    fc.double().map(String),
    fc.constantFrom('"0000-00-00"', '"9999-12-31T23:59:59.999999-15:59"', "-", "{", "[1,2,", '"\\'),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(types)), value, async (name, text) => {
      const { status } = await post(`{"ids":[7],"service":"echo","inputs":${one(name, text)}}`);
      expect([200, 400]).toContain(status);
      const single = await get(`service=echo&inputs=${encodeURIComponent(Buffer.from(one(name, text)).toString())}`);
      expect([200, 400]).toContain(single.status);
    }),
    { numRuns: 300 },
  );
  expect((await opened).faults).toEqual([]);
});
