import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantText, type ValueType } from "@featstore/definitions/compiler";
import { type Table, tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoadedRow } from "../../../src/serving/online-store/packed-rows";
import { createFakeOnlineStore } from "../../helpers/fake-online-store";
import { createFakeRegistry, play, registered, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp, withKey } from "../../helpers/test-app";

const NOW = 1_767_225_600_000_000;
const STREAM = "application/vnd.apache.arrow.stream";

const TYPES: Readonly<Record<string, ValueType>> = {
  a_bool: "bool",
  b_int32: "int32",
  c_int64: "int64",
  d_float32: "float32",
  e_float64: "float64",
  f_decimal: "decimal",
  g_string: "string",
  h_timestamp: "timestamp",
  i_date: "date",
  j_json: "json",
  k_strings: "string[]",
  l_floats: "float64[]",
};
const VALUES = [
  "true",
  "-7",
  '"9007199254740993"',
  "0.5",
  "1e-7",
  '"12.50"',
  '"say \\"é\\u0001\\" [1,2]"',
  '"2026-01-31T12:00:00.123456Z"',
  '"-000043-03-15"',
  '{"a":[1,{"b":null}]}',
  '["a",null,"b,c"]',
  "[1.5,null,-2]",
];
const NULLS = VALUES.map(() => "null");

const views = [
  registered({ name: "all", features: TYPES }),
  registered({ name: "text", features: { lyrics: "vector(3)" }, ttlSeconds: 60 }),
  registered({ name: "mine", features: { plays: "int64" }, tenant: "tenant" }),
  registered({ name: "listens", entity: play, features: { count: "int32" } }),
];
const row = (key: string, values: readonly string[], eventTime: number | null = NOW - 1, scope = "") => ({
  scope,
  key,
  eventTime,
  values,
});
const tables = new Map<string, (LoadedRow & { vectors?: Record<string, string> })[]>([
  ["all_v1_g1", [row("7", VALUES), row("8", NULLS), row("9007199254740993", VALUES)]],
  [
    "text_v1_g1",
    [
      { ...row("7", []), vectors: { lyrics: "[0.1,0.2,0.3]" } },
      { ...row("8", [], 1), vectors: { lyrics: "[1,2,3]" } },
    ],
  ],
  ["mine_v1_g1", [row("7", ['"1"'], 1, "acme"), row("7", ['"2"'], 1, "zeta")]],
  ["listens_v1_g1", [row("Abba, the\u00007", ["3"])]],
]);

async function open(held = true, source = { views, tables }) {
  const { app, keyOf, faults } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, source.views)),
    onlineStore: createFakeOnlineStore(source.tables, held),
    clock: () => NOW,
    defaultEntity: "track",
  });
  const keys = { none: await keyOf(), acme: await keyOf("acme"), zeta: await keyOf("zeta") };
  const post = (body: unknown, headers: Readonly<Record<string, string>> = {}, tenant: keyof typeof keys = "none") => {
    const init = withKey(keys[tenant], body);
    return app.request("/api/features/batch", { ...init, headers: { ...(init.headers as object), ...headers } });
  };
  const arrow = async (body: unknown, tenant: keyof typeof keys = "none"): Promise<Table> => {
    const response = await post(body, { accept: STREAM }, tenant);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(STREAM);
    return tableFromIPC(new Uint8Array(await response.arrayBuffer()));
  };
  return { post, arrow, faults };
}

const typesOf = (table: Table) =>
  Object.fromEntries(table.schema.fields.map((field) => [field.name, String(field.type)]));

/** Returns a column's values, with lists as arrays. */
const column = (table: Table, name: string): readonly unknown[] =>
  Array.from({ length: table.numRows }, (_, index) => {
    const value: unknown = table.getChild(name)?.get(index);
    return typeof value === "object" && value !== null && Symbol.iterator in value
      ? Array.from(value as Iterable<unknown>)
      : value;
  });

/** Returns a timestamp column's stored values: element access gives milliseconds. */
const microseconds = (table: Table, name: string): readonly unknown[] => {
  const values = table.getChild(name)?.data[0]?.values as BigInt64Array;
  return column(table, name).map((value, index) => (value === null ? null : values[index]));
};

describe("a batch as an Arrow stream", () => {
  test("has the key's columns, the features' with their types, and the statuses", async () => {
    const { arrow } = await open();
    const table = await arrow({ ids: [7, "8", 5], features: ["all", "text.lyrics"] });
    expect(typesOf(table)).toEqual({
      track_id: "Int64",
      "all.a_bool": "Bool",
      "all.b_int32": "Int32",
      "all.c_int64": "Int64",
      "all.d_float32": "Float32",
      "all.e_float64": "Float64",
      "all.f_decimal": "Utf8",
      "all.g_string": "Utf8",
      "all.h_timestamp": "Timestamp<MICROSECOND, UTC>",
      "all.i_date": "Date32<DAY>",
      "all.j_json": "Utf8",
      "all.k_strings": "List<Utf8>",
      "all.l_floats": "List<Float64>",
      "text.lyrics": "FixedSizeList[3]<Float32>",
      status: "Utf8",
      "status:all": "Utf8",
      "status:text": "Utf8",
    });
    expect(column(table, "track_id")).toEqual([7n, 8n, 5n]);
    expect(column(table, "all.c_int64")).toEqual([9007199254740993n, null, null]);
    expect(column(table, "all.f_decimal")).toEqual(["12.50", null, null]);
    expect(column(table, "all.g_string")).toEqual(['say "é\u0001" [1,2]', null, null]);
    expect(column(table, "all.j_json")).toEqual(['{"a":[1,{"b":null}]}', null, null]);
    expect(column(table, "all.k_strings")).toEqual([["a", null, "b,c"], null, null]);
    expect(column(table, "text.lyrics")).toEqual([[0.1, 0.2, 0.3].map(Math.fround), null, null]);
    expect(column(table, "status")).toEqual(["complete", "partial", "unknown_entity"]);
    expect(column(table, "status:text")).toEqual(["complete", "expired", "unknown_entity"]);
  });

  test("a composite key has a column for each part", async () => {
    const { arrow } = await open();
    const table = await arrow({ ids: [{ track_id: 7, artist: "Abba, the" }], features: ["listens"] });
    expect(table.schema.fields.map(({ name }) => name)).toEqual([
      "artist",
      "track_id",
      "listens.count",
      "status",
      "status:listens",
    ]);
    expect([column(table, "artist"), column(table, "track_id")]).toEqual([["Abba, the"], [7n]]);
  });

  test("an invalid id has neither key nor values, but a code", async () => {
    const { arrow } = await open();
    const table = await arrow({ ids: [7, "x"], features: ["all.b_int32"], on_invalid_id: "null" });
    expect(column(table, "track_id")).toEqual([7n, null]);
    expect(column(table, "status")).toEqual(["complete", "invalid_id"]);
    expect(column(table, "error")).toEqual([null, "id_invalid"]);
  });

  test("metadata is in the schema, and event times in columns", async () => {
    const { arrow, post } = await open();
    const body = { ids: [7, 5], features: ["all.b_int32"], metadata: true };
    const table = await arrow(body);
    const { metadata } = (await (await post(body)).json()) as { metadata: unknown };
    expect(JSON.parse(table.schema.metadata.get("featstore.metadata") ?? "")).toEqual(metadata);
    expect(typesOf(table)["event_time:all"]).toBe("Timestamp<MICROSECOND, UTC>");
    expect(column(table, "event_time:all")[1]).toBeNull();
  });

  test.skipIf(!hasPyarrow())("is read by pyarrow with exact types", async () => {
    const { post } = await open();
    const response = await post({ ids: [7, 8], features: ["all", "text.lyrics"] }, { accept: STREAM });
    const folder = mkdtempSync(join(tmpdir(), "featstore-arrow-"));
    const file = join(folder, "batch.arrows");
    writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
    const script =
      "import json,sys,pyarrow as pa\n" +
      "t = pa.ipc.open_stream(sys.argv[1]).read_all()\n" +
      "t.validate(full=True)\n" +
      "print(json.dumps([[f.name, str(f.type)] for f in t.schema]))\n" +
      "print(json.dumps([repr(v.as_py()) if 'i_date' not in n else str(v.cast(pa.int32()).as_py()) for n, c in zip(t.column_names, t.columns) for v in c]))";
    const output = execFileSync("python3", ["-c", script, file], { encoding: "utf8" }).split("\n");
    rmSync(folder, { recursive: true });
    expect(Object.fromEntries(JSON.parse(output[0] ?? "") as [string, string][])).toMatchObject({
      track_id: "int64",
      "all.a_bool": "bool",
      "all.d_float32": "float",
      "all.e_float64": "double",
      "all.g_string": "string",
      "all.h_timestamp": "timestamp[us, tz=UTC]",
      "all.i_date": "date32[day]",
      "all.k_strings": "list<item: string>",
      "text.lyrics": "fixed_size_list<item: float>[3]",
    });
    const values = JSON.parse(output[1] ?? "") as string[];
    expect(values.slice(0, 8)).toEqual(["7", "8", "True", "None", "-7", "None", "9007199254740993", "None"]);
  });
});

describe("content negotiation", () => {
  const body = { ids: [7], features: ["all.b_int32"] };
  test.each([
    ["*/*", "application/json"],
    ["", "application/json"],
    ["application/*", "application/json"],
    ["application/json;q=0.1, text/html", "application/json"],
    [`${STREAM}`, STREAM],
    [`${STREAM};q=0.9, application/json;q=0.8`, STREAM],
    [`${STREAM};q=0.5, */*;q=0.8`, "application/json"],
    [`${STREAM.toUpperCase()}, */*;q=0.1`, STREAM],
    ["application/json;q=0, */*", STREAM],
  ])("%s is answered with %s", async (accept, type) => {
    const { post } = await open();
    const response = await post(body, { accept });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
    expect(response.headers.get("vary")).toContain("accept");
  });

  test.each(["text/html", "application/json;q=0", "*/*;q=0", "nonsense", ",", "application/json;q=2"])(
    "rejects %s",
    async (accept) => {
      const { post } = await open();
      const response = await post(body, { accept });
      expect([response.status, response.headers.get("content-type")]).toEqual([406, "application/problem+json"]);
      expect(await response.json()).toMatchObject({ code: "not_acceptable" });
    },
  );

  test("an error is a problem document for any Accept header", async () => {
    const { post } = await open();
    const response = await post({ ids: [] }, { accept: STREAM });
    expect([response.status, response.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
  });
});

const TEXT: Readonly<Record<string, fc.Arbitrary<string>>> = {
  a_bool: fc.boolean().map(String),
  b_int32: fc.integer().map(String),
  c_int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => `"${value}"`),
  d_float32: fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  e_float64: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  f_decimal: fc.tuple(fc.integer(), fc.nat(99)).map(([whole, part]) => `"${whole}.${part}"`),
  g_string: fc.string({ unit: "grapheme" }).map((value) => JSON.stringify(value)),
  h_timestamp: fc
    .date({ min: new Date(0), max: new Date("2200-01-01"), noInvalidDate: true })
    .map((value) => `"${value.toISOString().slice(0, -1)}123Z"`),
  i_date: fc
    .date({ min: new Date(0), max: new Date("2200-01-01"), noInvalidDate: true })
    .map((value) => `"${value.toISOString().slice(0, 10)}"`),
  j_json: fc.jsonValue().map((value) => JSON.stringify(value)),
  k_strings: fc.array(fc.option(fc.string())).map((value) => JSON.stringify(value)),
  l_floats: fc.array(fc.option(fc.integer())).map((value) => JSON.stringify(value)),
};

/** Converts a value of an Arrow column to its JSON form. */
function asJson(type: ValueType, value: unknown): unknown {
  if (value === null) return null;
  switch (type) {
    case "int64":
      return String(value);
    case "timestamp":
      return instantText(value as bigint);
    case "json":
      return JSON.parse(String(value));
    case "date":
      return new Date(Number(value)).toISOString().slice(0, 10);
    default:
      return value;
  }
}

describe("laws", () => {
  const values = fc.tuple(
    ...Object.keys(TYPES).map((name) => fc.option(TEXT[name] ?? fc.constant("null"), { nil: "null", freq: 4 })),
  );
  const keys = fc.uniqueArray(fc.nat(30).map(String), { maxLength: 8 });
  const rows = keys.chain((each) =>
    fc.tuple(
      ...each.map((key) =>
        fc
          .tuple(values, fc.constantFrom("", "", "acme", "zeta"), fc.option(fc.constant(NOW - 5)))
          .map(([own, scope, eventTime]) => row(key, own, eventTime, scope)),
      ),
    ),
  );

  test("JSON and Arrow answers have the same values, for each tenant", { timeout: 120_000 }, async () => {
    const lawViews = [
      registered({ name: "all", features: TYPES }),
      registered({ name: "own", features: TYPES, tenant: "tenant", ttlSeconds: 10 }),
    ];
    const batch = fc.record({
      rows,
      ids: fc.array(fc.nat(30), { minLength: 1, maxLength: 12 }),
      tenant: fc.constantFrom("acme" as const, "zeta" as const),
      held: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(batch, async ({ rows: source, ids, tenant, held }) => {
        const shared = source.filter(({ scope }) => scope === "");
        const own = source.filter(({ scope }) => scope !== "");
        const lawTables = new Map([
          ["all_v1_g1", shared],
          ["own_v1_g1", own],
        ]);
        const { post, arrow } = await open(held, { views: lawViews, tables: lawTables });
        const body = { ids, features: ["all", "own"] };
        // Read as the other tenant first, to detect wrong caching.
        await post(body, {}, tenant === "acme" ? "zeta" : "acme");
        const table = await arrow(body, tenant);
        const answer = (await (await post(body, {}, tenant)).json()) as {
          columns: string[];
          rows: unknown[][];
          status: string[];
        };
        expect(table.numRows).toBe(ids.length);
        expect(column(table, "status")).toEqual(answer.status);
        for (const [index, name] of answer.columns.entries()) {
          const type = TYPES[name.split(".")[1] ?? ""] ?? "string";
          const found = type === "timestamp" ? microseconds(table, name) : column(table, name);
          const texts = found.map((value) => asJson(type, value));
          // JSON has no negative zero.
          expect(JSON.stringify(texts)).toBe(JSON.stringify(answer.rows.map((each) => each[index])));
        }
        for (const [position, id] of ids.entries()) {
          const stored = own.find(({ key, scope }) => key === String(id) && scope === tenant);
          const text = answer.rows[position]?.[answer.columns.indexOf("own.c_int64")] ?? null;
          expect(JSON.stringify(text)).toBe(stored?.values[2] ?? "null");
        }
      }),
      {
        numRuns: Number(process.env.LAW_RUNS),
      },
    );
  });
});

function hasPyarrow(): boolean {
  try {
    execFileSync("python3", ["-c", "import pyarrow"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
