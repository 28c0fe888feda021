import { describe, expect, test } from "vitest";
import { OnlineStoreError } from "../../../src/serving/online-store/online-store";
import { packRow } from "../../../src/serving/online-store/packed-row";
import type { LoadedRow } from "../../../src/serving/online-store/packed-rows";
import { createFakeOnlineStore, type FakeTables } from "../../helpers/fake-online-store";
import { createFakeRegistry, play, registered, service, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp, withKey } from "../../helpers/test-app";

const NOW = 1_767_225_600_000_000;
const DAY = 86_400_000_000;

const row = (key: string, values: readonly string[], eventTime: number | null = NOW - DAY, scope = ""): LoadedRow => ({
  scope,
  key,
  eventTime,
  values,
});

const views = [
  registered({ name: "profile", features: { genre: "string", plays: "int64" } }),
  registered({ name: "mood", features: { energy: "float64", label: "string" }, ttlSeconds: 2 * 86_400 }),
  registered({ name: "mood", version: 2, features: { energy: "float64" }, ttlSeconds: 2 * 86_400 }),
  registered({ name: "old", features: { x: "int32" }, state: "retired" }),
  registered({ name: "fresh", features: { x: "int32" }, generation: null }),
  registered({ name: "text", features: { lyrics: "vector(3)" } }),
  registered({ name: "listens", entity: play, features: { count: "int32" } }),
];

const tables: FakeTables = new Map([
  [
    "profile_v1_g1",
    [
      row("7", ['"pop"', '"9007199254740993"']),
      row("8", ["null", '"0"']),
      row("9", ["null", '"0"'], null),
      row("9007199254740993", ['"big"', '"1"']),
    ],
  ],
  ["mood_v1_g1", [row("7", ["0.5", '"glad"']), row("8", ["0.1", '"sad"'], NOW - 3 * DAY)]],
  ["mood_v2_g1", [row("7", ["0.75"]), row("8", ["0.25"], NOW - 3 * DAY), row("10", ["1"])]],
  ["text_v1_g1", [{ ...row("7", []), vectors: { lyrics: "[0.1,0.2,0.3]" } }]],
  ["listens_v1_g1", [row("Abba, the\u00007", ["3"])]],
]);

const services = [
  service("ranker", 1, "track", [["mood", 1, "label"]]),
  service("ranker", 2, "track", [
    ["mood", 1, "energy"],
    ["profile", 1, "plays"],
    ["mood", 1, "label"],
  ]),
  service("both", 1, "track", [
    ["mood", 1, "energy"],
    ["mood", 2, "energy"],
  ]),
];

for (const held of [true, false]) {
  describe(held ? "rows held by the process" : "rows that are waited for", () => {
    const open = async () => {
      const onlineStore = createFakeOnlineStore(tables, held);
      const test = await createTestApp({
        registry: createFakeRegistry(snapshotOf(1, views, services)),
        onlineStore,
        clock: () => NOW,
        defaultEntity: "track",
        maxIds: 5,
      });
      const key = await test.keyOf();
      const get = async (path: string) => {
        const response = await test.app.request(path, withKey(key));
        const text = await response.text();
        return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
      };
      const post = async (body: unknown) => {
        const response = await test.app.request("/api/features/batch", withKey(key, body));
        const text = await response.text();
        return { status: response.status, text, body: JSON.parse(text) };
      };
      return { ...test, onlineStore, get, post };
    };

    test("without a selection, returns all promoted views of the default entity", async () => {
      const { get } = await open();
      const { status, text, headers } = await get("/api/features/7");
      expect(status).toBe(200);
      expect(headers.get("content-type")).toBe("application/json");
      expect(text).toBe(
        '{"track_id":7,"features":{"profile":{"genre":"pop","plays":"9007199254740993"},"mood":{"energy":0.75}},' +
          '"status":"complete","views":{"profile":"complete","mood":"complete"}}',
      );
    });

    test("a selection keeps its order and the requested version names, and drops repeats", async () => {
      const { get } = await open();
      const { text } = await get(
        "/api/features/7?features=mood@1.label,profile.plays,mood.energy,mood@1.energy,mood.energy",
      );
      expect(text).toBe(
        '{"track_id":7,"features":{"mood@1":{"label":"glad","energy":0.5},"profile":{"plays":"9007199254740993"},"mood":{"energy":0.75}},' +
          '"status":"complete","views":{"mood@1":"complete","profile":"complete","mood":"complete"}}',
      );
    });

    test("distinguishes null, missing, expired and unknown", async () => {
      const { get } = await open();
      const nulls = await get("/api/features/8?features=profile");
      expect(nulls.body).toMatchObject({ features: { profile: { genre: null, plays: "0" } }, status: "complete" });
      const member = await get("/api/features/9?features=profile,mood");
      expect(member.body).toMatchObject({
        features: { profile: { genre: null, plays: "0" }, mood: { energy: null } },
        status: "missing",
        views: { profile: "missing", mood: "missing" },
      });
      const expired = await get("/api/features/8");
      expect(expired.body).toMatchObject({
        features: { mood: { energy: null } },
        status: "partial",
        views: { profile: "complete", mood: "expired" },
      });
      const unknown = await get("/api/features/12345");
      expect(unknown).toMatchObject({ status: 200 });
      expect(unknown.body).toEqual({
        track_id: 12345,
        features: { profile: { genre: null, plays: null }, mood: { energy: null } },
        status: "unknown_entity",
        views: { profile: "unknown_entity", mood: "unknown_entity" },
      });
    });

    test("echoes a path's id as a number if that is exact", async () => {
      const { get } = await open();
      expect((await get("/api/features/9007199254740993?features=profile")).text).toContain(
        '{"track_id":"9007199254740993",',
      );
      expect((await get("/api/features/-3?features=profile")).text).toContain('{"track_id":-3,');
    });

    test("returns a vector if it is named", async () => {
      const { get, post } = await open();
      expect((await get("/api/features/7?features=text.lyrics,profile.genre")).body.features).toEqual({
        text: { lyrics: [0.1, 0.2, 0.3] },
        profile: { genre: "pop" },
      });
      expect((await post({ ids: [8, 7], features: ["text.lyrics", "profile.genre"] })).body.rows).toEqual([
        [null, null],
        [[0.1, 0.2, 0.3], "pop"],
      ]);
    });

    test("metadata has versions, generations and times", async () => {
      const { get } = await open();
      expect((await get("/api/features/7?features=mood&metadata=true")).body.metadata).toEqual({
        mood: {
          version: 2,
          generation: 1,
          as_of: "2026-01-01T00:00:00.123456Z",
          age_seconds: 0,
          event_time: "2025-12-31T00:00:00.000000Z",
        },
      });
      expect((await get("/api/features/7?features=mood&metadata=false")).body).not.toHaveProperty("metadata");
    });

    test("accepts composite keys in key order, each part encoded", async () => {
      const { get, post } = await open();
      expect((await get("/api/features/Abba%2C%20the,7?entity=play")).text).toContain(
        '{"artist":"Abba, the","track_id":7,"features":{"listens":{"count":3}}',
      );
      const { text } = await post({ entity: "play", ids: [{ track_id: "7", artist: "Abba, the" }] });
      expect(text).toContain('"rows":[[3]]');
      expect(text).toContain('"ids":[{"track_id":"7","artist":"Abba, the"}]');
    });

    test("a batch keeps order, repeats and the form of ids", async () => {
      const { post } = await open();
      const { status, text } = await post({
        entity: "track",
        ids: [7, "8", 7],
        features: ["profile.plays", "profile.genre"],
      });
      expect(status).toBe(200);
      expect(text).toBe(
        '{"ids":[7,"8",7],"columns":["profile.plays","profile.genre"],' +
          '"rows":[["9007199254740993","pop"],["0",null],["9007199254740993","pop"]],"status":["complete","complete","complete"],"views":["profile"]}',
      );
    });

    test("a batch has statuses per view if some row is not complete", async () => {
      const { post } = await open();
      const { body } = await post({ ids: [7, 8, 9, 5, 10] });
      expect(body.columns).toEqual(["profile.genre", "profile.plays", "mood.energy"]);
      expect(body.rows).toEqual([
        ["pop", "9007199254740993", 0.75],
        [null, "0", null],
        [null, "0", null],
        [null, null, null],
        [null, null, 1],
      ]);
      expect(body.status).toEqual(["complete", "partial", "missing", "unknown_entity", "partial"]);
      expect(body.views).toEqual(["profile", "mood"]);
      expect(body.statuses).toEqual([
        ["complete", "complete"],
        ["complete", "expired"],
        ["missing", "missing"],
        ["unknown_entity", "unknown_entity"],
        ["missing", "complete"],
      ]);
    });

    test("a service returns its features in its order", async () => {
      const { get, post } = await open();
      expect((await post({ ids: [7], service: "ranker" })).text).toContain(
        '"columns":["mood.energy","profile.plays","mood.label"],"rows":[[0.5,"9007199254740993","glad"]]',
      );
      expect((await get("/api/features/7?service=ranker@1")).body.features).toEqual({ mood: { label: "glad" } });
      expect((await get("/api/features/7?service=both")).body.features).toEqual({
        "mood@1": { energy: 0.5 },
        "mood@2": { energy: 0.75 },
      });
    });

    test("embeddings", async () => {
      const { get } = await open();
      expect((await get("/api/embeddings/7")).body).toEqual({
        track_id: 7,
        embeddings: {
          "text.lyrics": {
            space: "mini",
            dimensions: 3,
            metric: "cosine",
            status: "complete",
            vector: [0.1, 0.2, 0.3],
          },
        },
        status: "complete",
      });
      expect((await get("/api/embeddings/8?embedding=text.lyrics")).body).toMatchObject({
        embeddings: { "text.lyrics": { status: "unknown_entity", vector: null } },
        status: "unknown_entity",
      });
    });

    test("HEAD answers as GET without a body", async () => {
      const { app, keyOf } = await open();
      const response = await app.request("/api/features/7", { method: "HEAD", ...withKey(await keyOf()) });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("");
    });
  });
}

test("a slow view times out without the others", async () => {
  const onlineStore = createFakeOnlineStore(tables, false);
  const { app, keyOf } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views)),
    onlineStore,
    clock: () => NOW,
    defaultEntity: "track",
  });
  const key = await keyOf();
  onlineStore.failures.set("mood_v2_g1", new OnlineStoreError("timeout", "late"));
  const partly = await app.request("/api/features/7", withKey(key));
  expect(await partly.json()).toMatchObject({
    features: { profile: { genre: "pop" }, mood: { energy: null } },
    status: "partial",
    views: { profile: "complete", mood: "timeout" },
  });
  onlineStore.failures.set("*", new OnlineStoreError("timeout", "late"));
  const late = await app.request("/api/features/7", withKey(key));
  expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([503, "store_timeout"]);
  onlineStore.failures.clear();
  onlineStore.failures.set("mood_v2_g1", new OnlineStoreError("unavailable", "gone"));
  const gone = await app.request("/api/features/7", withKey(key));
  expect([gone.status, ((await gone.json()) as { code: string }).code, gone.headers.get("retry-after")]).toEqual([
    503,
    "store_unavailable",
    "1",
  ]);
});

test("an internal error gives a fixed message with the request's id", async () => {
  const onlineStore = createFakeOnlineStore(tables, false);
  const { app, keyOf, faults } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views)),
    onlineStore,
    defaultEntity: "track",
  });
  onlineStore.failures.set("*", new Error("select secret from users failed"));
  const response = await app.request("/api/features/7", {
    headers: { authorization: `Bearer ${await keyOf()}`, "x-request-id": "abc-1" },
  });
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(JSON.parse(text)).toMatchObject({ code: "internal", request_id: "abc-1" });
  expect(text).not.toContain("secret");
  expect(faults).toHaveLength(1);
});

describe("a generation that is dropped during a read", () => {
  const older = registered({ name: "mood", features: { energy: "float64" } });
  const newer = registered({ name: "mood", features: { energy: "float64" }, generation: 3 });
  const generations: FakeTables = new Map([["mood_v1_g3", [row("7", ["0.75"])]]]);
  const gone = new OnlineStoreError("gone", "no such table");

  /** A replica without notifications that served generation 1 until it was dropped. */
  const open = async () => {
    const onlineStore = createFakeOnlineStore(generations, false);
    const registry = createFakeRegistry(snapshotOf(1, [older]));
    const unheard = { ...registry, watch: async () => async () => undefined };
    const test = await createTestApp({ registry: unheard, onlineStore, clock: () => NOW, defaultEntity: "track" });
    // Like a database, which knows a table once it is published.
    await onlineStore.follow?.([newer]);
    onlineStore.failures.set("mood_v1_g1", gone);
    const key = await test.keyOf();
    const read = async (body?: unknown) => {
      const path = body === undefined ? "/api/features/7" : "/api/features/batch";
      const response = await test.app.request(path, withKey(key, body));
      return { status: response.status, body: await response.json() };
    };
    return { ...test, publish: registry.publish, fail: registry.fail, onlineStore, read };
  };

  test("retries the read with the current registry", async () => {
    const { read, publish, faults, registry } = await open();
    publish(snapshotOf(2, [newer]));
    const [single, batch] = await Promise.all([read(), read({ ids: [7, 8] })]);
    expect(single).toMatchObject({ status: 200, body: { features: { mood: { energy: 0.75 } }, status: "complete" } });
    expect(batch).toMatchObject({ status: 200, body: { rows: [[0.75], [null]] } });
    expect(faults).toEqual([]);
    // The other reads need no retry.
    await expect.poll(() => registry.revision()).toBe(2);
  });

  test("gives 503 if the registry has nothing newer, is unavailable, or the newest is dropped too", async () => {
    const { read, publish, fail, onlineStore } = await open();
    const refused = { status: 503, body: { code: "store_unavailable" } };
    expect(await read()).toMatchObject(refused);
    fail(new Error("no connection"));
    expect(await read()).toMatchObject(refused);
    fail(undefined);
    onlineStore.failures.set("*", gone);
    publish(snapshotOf(2, [newer]));
    expect(await read()).toMatchObject(refused);
  });
});

test("packed rows return their values", () => {
  const packed = packRow(1, ['"a"', "null", "[1, 2]"]);
  expect(packed.text).toBe('"a",null,[1, 2]');
  expect([...(packed.offsets ?? [])]).toEqual([0, 4, 9, 16]);
});
