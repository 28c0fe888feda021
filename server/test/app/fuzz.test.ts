import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, play, registered, service, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";

const views = [
  registered({ name: "profile", features: { genre: "string", plays: "int64" } }),
  registered({ name: "mood", version: 2, features: { energy: "float64" }, ttlSeconds: 60 }),
  registered({ name: "text", features: { lyrics: "vector(3)" } }),
  registered({ name: "listens", entity: play, features: { count: "int32" } }),
];
const tables = new Map([
  ["profile_v1_g1", [{ scope: "", key: "7", eventTime: 1, values: ['"pop"', '"1"'] }]],
  ["mood_v2_g1", [{ scope: "", key: "7", eventTime: 1, values: ["1"] }]],
  ["text_v1_g1", []],
  ["listens_v1_g1", []],
]);

const fragment = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "7",
      "profile",
      "mood@2",
      "profile.genre",
      "text.lyrics",
      "track",
      "play",
      "ranker",
      "batch",
    ),
  },
  fc.constantFrom(
    "%00",
    "%zz",
    "%F0%9F%92%A9",
    "%2F",
    "..",
    ".",
    "//",
    "@",
    ",",
    "+",
    "#",
    ";",
    "\\",
    "'",
    '"',
    "a".repeat(5000),
  ),
  fc
    .string({ unit: "binary", maxLength: 20 })
    .map((text) => (/\p{Surrogate}/u.test(text) ? "%ED%A0%80" : encodeURIComponent(text))),
  fc.string({ maxLength: 20 }),
);

const path = fc
  .tuple(
    fc.constantFrom(
      "/api/features/",
      "/api/embeddings/",
      "/api/feature-views/",
      "/api/feature-services",
      "/api/",
      "/",
      "/docs",
      "/metrics",
    ),
    fc.array(fragment, { maxLength: 3 }).map((parts) => parts.join("")),
    fc.array(
      fc.tuple(
        fc.oneof(
          fc.constantFrom("features", "service", "entity", "metadata", "embedding", "latency_budget_ms", "as_of"),
          fragment,
        ),
        fragment,
      ),
      { maxLength: 3 },
    ),
  )
  .map(
    ([start, rest, query]) =>
      `${start}${rest}${query.length === 0 ? "" : `?${query.map((pair) => pair.join("=")).join("&")}`}`,
  );

const id = fc.oneof(fc.integer(), fc.string(), fc.double(), fc.jsonValue({ maxDepth: 2 }), fc.bigInt().map(String));
const body = fc.oneof(
  fc.json(),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .record(
      {
        ids: fc.oneof(fc.array(id, { maxLength: 5 }), fc.jsonValue()),
        features: fc.oneof(fc.array(fc.oneof(fragment, fc.jsonValue()), { maxLength: 4 }), fc.jsonValue()),
        service: fc.oneof(fc.constant("ranker"), fc.jsonValue()),
        services: fc.oneof(fc.constant(["ranker"]), fc.jsonValue()),
        entity: fc.oneof(fc.constantFrom("track", "play"), fc.jsonValue()),
        metadata: fc.oneof(fc.boolean(), fc.jsonValue()),
        latency_budget_ms: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.jsonValue()),
        on_invalid_id: fc.oneof(fc.constantFrom("reject", "null"), fc.jsonValue()),
        as_of: fc.oneof(fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-01Z"), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  // Valid bodies with one character changed.
  fc.tuple(fc.nat({ max: 110 }), fc.string({ unit: "binary", minLength: 0, maxLength: 2 })).map(([at, text]) => {
    const valid =
      '{"entity":"track","ids":[7,"8","x"],"features":["profile.genre","mood"],"on_invalid_id":"null","metadata":true}';
    return valid.slice(0, at) + text + valid.slice(at + 1);
  }),
);

describe("no input gives a 5xx", async () => {
  const asOfReads = createFakeOnlineStore(tables, true);
  await asOfReads.follow?.(views);
  const { app, keyOf, faults } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views, [service("ranker", 1, "track", [["mood", 2, "energy"]])])),
    onlineStore: createFakeOnlineStore(tables, true),
    asOfReads: { storeAsOf: () => asOfReads, deadlineMs: 1000, maxIds: 100 },
    defaultEntity: "track",
  });
  const key = await keyOf();

  const isSound = async (response: Response) => {
    const text = await response.text();
    expect(response.status).toBeLessThan(500);
    expect(faults).toEqual([]);
    const type = response.headers.get("content-type") ?? "";
    if (response.status >= 400) expect(JSON.parse(text)).toMatchObject({ status: response.status });
    else if (type.includes("json")) JSON.parse(text);
  };

  test("paths and queries", async () => {
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom("GET", "HEAD", "POST", "DELETE"), async (target, method) => {
        let url: URL;
        try {
          url = new URL(`http://localhost${target}`);
        } catch {
          return;
        }
        const response = await app.request(url.href, { method, headers: { "x-api-key": key } });
        if (method !== "HEAD") await isSound(response);
        else expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 1500 },
    );
  });

  test("bodies", async () => {
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const response = await app.request("/api/features/batch", {
          method: "POST",
          headers: { "x-api-key": key, "content-type": "application/json" },
          body: text,
        });
        await isSound(response);
        // Only valid JSON is accepted: what JSON.parse rejects gets no answer.
        if (response.status === 200) JSON.parse(text);
      }),
      { numRuns: 3000 },
    );
  });

  test("content negotiation headers", async () => {
    const part = fc.oneof(
      fc.constantFrom("*/*", "application/json", "application/vnd.apache.arrow.stream", "gzip", "br", "*", "W/", '"a"'),
      fc.constantFrom(";q=", "; q=0.5", ";", ",", "=", "q", "1", " "),
      fc.string({ maxLength: 8 }).filter((text) => /^[\x20-\x7e]*$/.test(text)),
    );
    const value = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(value, value, value, async (accept, encoding, tags) => {
        const headers = { "x-api-key": key, accept, "accept-encoding": encoding, "if-none-match": tags };
        const single = await app.request("/api/features/7", { headers });
        expect([200, 304]).toContain(single.status);
        const batch = await app.request("/api/features/batch", {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body: '{"ids":[7],"features":["profile"]}',
        });
        expect([200, 406]).toContain(batch.status);
        expect(faults).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("headers", async () => {
    const value = fc.string({ maxLength: 40 }).filter((text) => /^[\x20-\x7e]*$/.test(text));
    await fc.assert(
      fc.asyncProperty(value, value, value, async (authorization, apiKey, requestId) => {
        const response = await app.request("/api/features/7", {
          headers: { authorization, "x-api-key": apiKey, "x-request-id": requestId },
        });
        expect(response.status).toBe(401);
        await isSound(response);
      }),
      { numRuns: 300 },
    );
  });
});
