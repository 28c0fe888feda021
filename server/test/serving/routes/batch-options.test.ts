import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { OnlineStoreError } from "../../../src/serving/online-store/online-store";
import { createFakeOnlineStore } from "../../helpers/fake-online-store";
import {
  createFakeRegistry,
  emptyContract,
  play,
  registered,
  service,
  snapshotOf,
} from "../../helpers/serving-fixture";
import { createTestApp, withKey } from "../../helpers/test-app";

const NOW = 1_767_225_600_000_000;
const SECOND = 1_000_000;

const row = (key: string, values: readonly string[], eventTime: number | null = NOW - SECOND, scope = "") => ({
  scope,
  key,
  eventTime,
  values,
});
const views = [
  registered({ name: "profile", features: { genre: "string", plays: "int64" }, defaults: { genre: "none" } }),
  registered({ name: "mood", features: { energy: "float64" }, ttlSeconds: 60 }),
  registered({ name: "mood", version: 2, features: { energy: "float64" }, generation: 5 }),
  registered({ name: "listens", entity: play, features: { count: "int32" } }),
  registered({ name: "own", features: { plays: "int32" }, tenant: "tenant" }),
];
const tables = new Map([
  ["profile_v1_g1", [row("7", ['"pop"', '"1"']), row("8", ["null", '"2"'], null)]],
  ["mood_v1_g1", [row("7", ["0.5"]), row("8", ["0.25"])]],
  ["mood_v2_g5", [row("7", ["1"])]],
  ["listens_v1_g1", [row("Abba\u00007", ["3"])]],
  ["own_v1_g1", [row("7", ["1"], NOW, "acme"), row("7", ["2"], NOW, "zeta")]],
]);
const computing = (name: string) => ({
  ...service(name, 1, "track", [["mood", 1, "energy"]]),
  inputs: [{ name: "more", type: "float64" as const, nullable: false, description: null }],
  computed: [
    {
      name: "sum",
      type: "float64" as const,
      expression: {
        kind: "arithmetic" as const,
        operator: "+" as const,
        left: { kind: "column" as const, name: "mood.energy", type: "float64" as const, nullable: true },
        right: { kind: "column" as const, name: "input.more", type: "float64" as const, nullable: true },
      },
      nullable: true,
      contract: emptyContract,
    },
  ],
});
const services = [
  service("first", 1, "track", [
    ["mood", 1, "energy"],
    ["profile", 1, "plays"],
  ]),
  service("second", 1, "track", [
    ["profile", 1, "plays"],
    ["profile", 1, "genre"],
  ]),
  service("newer", 1, "track", [["mood", 2, "energy"]]),
  service("other", 1, "play", [["listens", 1, "count"]]),
  computing("sums"),
  computing("totals"),
];

async function open(held = true, options: { maxIds?: number; cacheBytes?: number } = {}) {
  const onlineStore = createFakeOnlineStore(tables, held);
  const { app, keyOf, deps } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views, services)),
    onlineStore,
    clock: () => NOW + 3 * SECOND,
    defaultEntity: "track",
    ...options,
  });
  const keys = { none: await keyOf(), acme: await keyOf("acme"), zeta: await keyOf("zeta") };
  const read = async (response: Response) => {
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  };
  return {
    onlineStore,
    deps,
    metrics: async () => (await app.request("/metrics")).text(),
    raw: (body: string, headers: Readonly<Record<string, string>> = {}) =>
      app.request("/api/features/batch", {
        method: "POST",
        headers: { authorization: `Bearer ${keys.none}`, "content-type": "application/json", ...headers },
        body,
      }),
    get: async (path: string, tenant: keyof typeof keys = "none") =>
      read(await app.request(path, withKey(keys[tenant]))),
    post: async (body: unknown, tenant: keyof typeof keys = "none") =>
      read(await app.request("/api/features/batch", withKey(keys[tenant], body))),
  };
}

for (const held of [true, false]) {
  describe(held ? "rows held by the process" : "rows that are waited for", () => {
    test("a batch's metadata has times by row and generations by view", async () => {
      const { post } = await open(held);
      for (const _ of ["anew", "again"]) {
        const { body } = await post({ ids: [7, 8, 9], features: ["profile", "mood@2"], metadata: true });
        expect(body.metadata).toEqual({
          profile: {
            version: 1,
            generation: 1,
            as_of: "2026-01-01T00:00:00.123456Z",
            age_seconds: 2.877,
            event_times: ["2025-12-31T23:59:59.000000Z", null, null],
            defaulted: [[], ["genre"], ["genre"]],
          },
          "mood@2": {
            version: 2,
            generation: 5,
            as_of: "2026-01-01T00:00:00.123456Z",
            age_seconds: 2.877,
            event_times: ["2025-12-31T23:59:59.000000Z", null, null],
          },
        });
      }
      expect((await post({ ids: [7], features: ["mood"], metadata: false })).body).not.toHaveProperty("metadata");
    });

    test("returns metadata of computed features", async () => {
      const { post } = await open(held);
      const { body } = await post({ ids: [7, 9], service: "sums", inputs: { more: 1 }, metadata: true });
      expect(body.metadata.computed).toEqual({ service: "sums@1", types: { sum: "float64" }, defaulted: [[], []] });
    });

    test("merges several services, with each feature once", async () => {
      const { get, post } = await open(held);
      const { body } = await post({ ids: [7], services: ["first", "second", "first"] });
      expect([body.columns, body.rows, body.views]).toEqual([
        ["mood.energy", "profile.plays", "profile.genre"],
        [[0.5, "1", "pop"]],
        ["mood", "profile"],
      ]);
      expect((await get("/api/features/7?service=first,second")).body.features).toEqual({
        mood: { energy: 0.5 },
        profile: { plays: "1", genre: "pop" },
      });
    });

    test("services that pin two versions of a view name both", async () => {
      const { post } = await open(held);
      const { body } = await post({ ids: [7], services: ["first", "newer"] });
      expect(body.columns).toEqual(["mood@1.energy", "profile.plays", "mood@2.energy"]);
    });

    test("one of several services may have computed features", async () => {
      const { post } = await open(held);
      const { body } = await post({ ids: [7], services: ["second", "sums"], inputs: { more: 1 } });
      expect([body.columns, body.rows]).toEqual([
        ["profile.plays", "profile.genre", "mood.energy", "computed.sum"],
        [["1", "pop", 0.5, 1.5]],
      ]);
    });

    test("an invalid id fails only its row with on_invalid_id null", async () => {
      const { post } = await open(held);
      const ids = [7, "x", 7.5, null, { a: 1 }, "8"];
      for (const _ of ["anew", "again"]) {
        const { status, body } = await post({ ids, features: ["mood", "profile.plays"], on_invalid_id: "null" });
        expect(status).toBe(200);
        expect(body).toMatchObject({
          ids,
          status: ["complete", "invalid_id", "invalid_id", "invalid_id", "invalid_id", "missing"],
          errors: [
            { position: 1, path: "ids[1]", code: "id_invalid" },
            { position: 2, path: "ids[2]", code: "id_not_exact" },
            { position: 3, path: "ids[3]", code: "id_invalid" },
            { position: 4, path: "ids[4].track_id", code: "id_invalid" },
          ],
        });
        expect(body.rows.slice(0, 3)).toEqual([
          [1, "1"],
          [null, null],
          [null, null],
        ]);
        expect(body.statuses[1]).toEqual(["invalid_id", "invalid_id"]);
      }
      expect((await post({ ids: [7], features: ["mood"], on_invalid_id: "null" })).body).not.toHaveProperty("errors");
      expect(await post({ ids, features: ["mood"] })).toMatchObject({ status: 400, body: { code: "id_invalid" } });
      expect(await post({ ids: ["x"], features: ["mood"], on_invalid_id: "null" })).toMatchObject({ status: 200 });
    });
  });
}

describe("bad input", () => {
  test.each([
    [{ services: ["first", "other"] }, 400, "mixed_entities"],
    [{ services: ["first", "nope"] }, 404, "feature_service_not_found"],
    [{ services: ["sums", "totals"] }, 400, "selection_conflict"],
    [{ services: ["first"], service: "second" }, 400, "invalid_body"],
    [{ services: [] }, 400, "invalid_body"],
    [{ services: [7] }, 400, "invalid_body"],
    [{ services: ["first", "sums"], features: ["computed.sum"] }, 400, "selection_conflict"],
    [{ services: Array.from({ length: 21 }, (_, index) => `s${index}`) }, 400, "invalid_selection"],
    [{ features: ["mood"], metadata: "true" }, 400, "invalid_body"],
    [{ features: ["mood"], on_invalid_id: "skip" }, 400, "invalid_body"],
    [{ features: ["mood"], on_invalid_id: null }, 400, "invalid_body"],
    [{ features: ["mood"], entity: "" }, 400, "invalid_body"],
    [{ service: "" }, 400, "invalid_body"],
    [{ features: ["mood"], latency_budget_ms: 0 }, 400, "invalid_body"],
    [{ features: ["mood"], latency_budget_ms: 2001 }, 400, "invalid_body"],
    [{ features: ["mood"], latency_budget_ms: "5" }, 400, "invalid_body"],
    [{ features: ["mood"], latency_budget_ms: 1.5 }, 400, "invalid_body"],
    [{ features: ["mood"], as_of: 7 }, 400, "invalid_body"],
    [{ features: ["mood"], as_of: "2026-01-01" }, 400, "invalid_body"],
    [{ features: ["mood"], as_of: "2027-01-01T00:00:00Z" }, 400, "as_of_future"],
  ])("%j", async (extra, status, code) => {
    const { post } = await open();
    expect(await post({ ids: [7], ...extra })).toMatchObject({ status, body: { code } });
  });

  test.each([
    ["service=first,other", "mixed_entities"],
    ["service=first,", "invalid_selection"],
    ["features=mood&latency_budget_ms=2001", "invalid_parameter"],
    ["features=mood&latency_budget_ms=x", "invalid_parameter"],
    ["features=mood&latency_budget_ms=5.0", "invalid_parameter"],
    ["features=mood&latency_budget_ms=5&latency_budget_ms=5", "invalid_parameter"],
    ["features=mood&as_of=yesterday", "invalid_parameter"],
    ["features=mood&as_of=2027-01-01T00:00:00Z", "as_of_future"],
  ])("%s", async (query, code) => {
    const { get } = await open();
    // A cached answer must not skip the check.
    await get("/api/features/7?features=mood");
    expect(await get(`/api/features/7?${query}`)).toMatchObject({ status: 400, body: { code } });
  });

  test.each(["5.0", "5e0", "50e-1"])("accepts %s as an integer, as JSON Schema does", async (budget) => {
    const { raw } = await open();
    expect(await raw(`{"ids":[7],"features":["mood"],"latency_budget_ms":${budget}}`)).toMatchObject({ status: 200 });
  });

  test.each(["0x5", "05", "5.5", "5e9"])("rejects the latency budget %s", async (budget) => {
    const { raw } = await open();
    expect(await raw(`{"ids":[7],"features":["mood"],"latency_budget_ms":${budget}}`)).toMatchObject({ status: 400 });
  });

  test("rejects ids that are not JSON", async () => {
    const { raw } = await open();
    const response = await raw('{"ids":[7,+x],"features":["mood"],"on_invalid_id":"null"}');
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, "invalid_json"]);
  });

  test("rejects a million ids at the first one above the limit", async () => {
    const { raw } = await open(true, { maxIds: 10 });
    // The rest of the body is not parsed: it is invalid.
    const body = `{"features":["mood"],"ids":[${"7,".repeat(100_000)}"x"]}`;
    expect(await (await raw(body)).json()).toMatchObject({ code: "too_many_ids" });
  });
});

describe("a latency budget", () => {
  test("is passed to the stores, and late views are marked", async () => {
    const { post, get, onlineStore } = await open(false);
    const requests: number[] = [];
    const { read } = onlineStore;
    onlineStore.read = (request) => {
      requests.push(request.deadlineMs);
      return read(request);
    };
    onlineStore.failures.set("mood_v1_g1", new OnlineStoreError("timeout", "slow"));
    const { body } = await post({ ids: [7], features: ["mood@1", "profile"], latency_budget_ms: 50 });
    expect(body).toMatchObject({
      status: ["partial"],
      statuses: [["timeout", "complete"]],
      rows: [[null, "pop", "1"]],
    });
    const single = await get("/api/features/7?features=mood@1,profile&latency_budget_ms=20");
    expect(single.body.views).toEqual({ "mood@1": "timeout", profile: "complete" });
    await get("/api/features/7?features=profile");
    expect(requests.map((each) => Math.ceil(each))).toEqual([50, 50, 20, 20, 2000]);
    const alone = await get("/api/features/7?features=mood@1&latency_budget_ms=20");
    expect([alone.status, alone.body.code]).toEqual([503, "store_timeout"]);
  });

  test("does not affect cached answers", async () => {
    const { get, deps } = await open(false);
    for (const budget of [5, 6, 7]) await get(`/api/features/7?features=profile&latency_budget_ms=${budget}`);
    expect(deps.features.cacheReads()).toEqual({ hit: 2, miss: 1, shared: 0 });
  });
});

describe("single flight", () => {
  test("concurrent equal reads share one store read per tenant", async () => {
    const { get, onlineStore, deps, metrics } = await open(false);
    let reads = 0;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { read } = onlineStore;
    onlineStore.read = async (request) => {
      reads += 1;
      await gate;
      return read(request);
    };
    const path = "/api/features/7?features=own";
    const requests = [get(path, "acme"), get(path, "zeta"), get(path, "acme"), get(path, "zeta"), get(path, "acme")];
    // A request reaches the store within a few event-loop turns.
    while (reads < 2) await new Promise(setImmediate);
    while (deps.features.cacheReads().shared < 3) await new Promise(setImmediate);
    release();
    const answers = await Promise.all(requests);
    expect(answers.map(({ body }) => body.features.own.plays)).toEqual([1, 2, 1, 2, 1]);
    expect([reads, deps.features.cacheReads()]).toEqual([2, { hit: 0, miss: 2, shared: 3 }]);
    await get(path, "acme");
    const text = await metrics();
    expect(text).toContain('featstore_online_cache_reads_total{outcome="hit"} 1');
    expect(text).toContain('featstore_online_cache_reads_total{outcome="shared"} 3');
  });

  test("the next read retries a failed one", async () => {
    const { get, onlineStore } = await open(false);
    onlineStore.failures.set("*", new OnlineStoreError("unavailable", "gone"));
    const path = "/api/features/7?features=profile";
    expect((await Promise.all([get(path), get(path)])).map(({ status }) => status)).toEqual([503, 503]);
    onlineStore.failures.clear();
    expect((await get(path)).status).toBe(200);
  });
});

describe("compression", () => {
  const ids = Array.from({ length: 1000 }, (_, index) => index);
  const long = JSON.stringify({ ids, features: ["profile", "mood"] });

  test.each([
    ["gzip", "gzip"],
    ["br", "br"],
    ["gzip, deflate, br", "br"],
    ["br;q=0.5, gzip", "gzip"],
    ["*", "br"],
    ["gzip;q=0, *;q=0.1", "br"],
    ["identity, gzip;q=0.5", null],
    ["gzip;q=0", null],
    ["deflate", null],
  ])("answers %s with %s", async (accepted, encoding) => {
    const { raw } = await open();
    const plain = await (await raw(long)).text();
    const response = await raw(long, { "accept-encoding": accepted });
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(response.headers.get("vary")).toContain("accept-encoding");
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = encoding === "gzip" ? gunzipSync(bytes) : encoding === "br" ? brotliDecompressSync(bytes) : bytes;
    expect(text.toString("utf8")).toBe(plain);
  });

  test("does not compress short answers, and compresses Arrow streams like JSON", async () => {
    const { raw } = await open();
    const short = await raw('{"ids":[7],"features":["mood"]}', { "accept-encoding": "gzip" });
    expect(short.headers.get("content-encoding")).toBeNull();
    const stream = await raw(long, { "accept-encoding": "gzip", accept: "application/vnd.apache.arrow.stream" });
    expect(stream.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(Buffer.from(await stream.arrayBuffer())).readInt32LE(0)).toBe(-1);
  });
});
