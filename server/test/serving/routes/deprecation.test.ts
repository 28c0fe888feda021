import { describe, expect, test } from "vitest";
import { createFakeOnlineStore, type FakeTables } from "../../helpers/fake-online-store";
import { createFakeRegistry, registered, service, snapshotOf } from "../../helpers/serving-fixture";
import { createTestApp, withKey } from "../../helpers/test-app";

const SINCE = 1_767_225_600_000_000n; // 2026-01-01
const SUNSET = 4_102_444_800_000_000n; // 2100-01-01
const going = (version: number, sunsetAt: bigint | null = SUNSET, state: "deprecated" | "retired" = "deprecated") =>
  registered({
    name: "mood",
    version,
    features: { energy: "float64", lyrics: "vector(2)" },
    state,
    retirement: { deprecatedAt: SINCE, sunsetAt, successor: "mood@3" },
  });
const current = registered({ name: "mood", version: 3, features: { energy: "float64" } });

const row = { scope: "", key: "7", eventTime: 1, values: ["0.5"], vectors: { lyrics: "[1,2]" } };
const tables: FakeTables = new Map([1, 2, 3].map((version) => [`mood_v${version}_g1`, [row]]));

async function open(views: readonly ReturnType<typeof going>[], held = true) {
  const registry = createFakeRegistry(snapshotOf(1, views, [service("old", 1, "track", [["mood", 1, "energy"]])]));
  const {
    app,
    keyOf,
    registry: serving,
  } = await createTestApp({ registry, onlineStore: createFakeOnlineStore(tables, held) });
  const key = await keyOf();
  const ask = async (path: string, body?: unknown) => {
    const response = await app.request(path, withKey(key, body));
    const headers = ["deprecation", "sunset", "link", "content-type"].map((name) => response.headers.get(name));
    return { status: response.status, headers, body: JSON.parse(await response.text()) };
  };
  return { ask, registry, serving };
}

const warned = [
  "@1767225600",
  "Fri, 01 Jan 2100 00:00:00 GMT",
  '</api/feature-views/mood/versions/3>; rel="successor-version"',
  "application/json",
];
const silent = [null, null, null, "application/json"];

for (const held of [true, false]) {
  describe(held ? "rows held by the process" : "rows that are waited for", () => {
    test("every answer that reads a deprecated version has a warning, also when cached", async () => {
      const { ask } = await open([going(1), current], held);
      for (let time = 0; time < 2; time++) {
        expect(await ask("/api/features/7?features=mood@1")).toMatchObject({ status: 200, headers: warned });
        expect(await ask("/api/features/7?service=old")).toMatchObject({ status: 200, headers: warned });
        expect(await ask("/api/features/7?features=mood@1,mood")).toMatchObject({ headers: warned });
        expect(await ask("/api/features/7?features=mood")).toMatchObject({ status: 200, headers: silent });
        expect(await ask("/api/features/7")).toMatchObject({ status: 200, headers: silent });
      }
      const batch = { ids: [7, 8], features: ["mood@1"] };
      expect(await ask("/api/features/batch", batch)).toMatchObject({
        headers: warned,
        body: { rows: [[0.5], [null]] },
      });
      expect(await ask("/api/features/batch", { ids: [7], features: ["mood"] })).toMatchObject({ headers: silent });
      expect(await ask("/api/embeddings/7?embedding=mood@1.lyrics")).toMatchObject({
        headers: warned,
        body: { embeddings: { "mood@1.lyrics": { vector: [1, 2] } } },
      });
    });
  });
}

test("metadata and the catalog report the deprecation", async () => {
  const { ask } = await open([going(1), going(2, null), current]);
  const deprecation = {
    since: "2026-01-01T00:00:00.000000Z",
    sunset: "2100-01-01T00:00:00.000000Z",
    successor: "mood@3",
  };
  const read = await ask("/api/features/7?features=mood@1,mood&metadata=true");
  expect(read.body.metadata["mood@1"].deprecation).toEqual(deprecation);
  expect(read.body.metadata.mood).not.toHaveProperty("deprecation");
  const { body } = await ask("/api/feature-views/mood");
  expect(body).toMatchObject({
    promoted: 3,
    next: null,
    versions: [
      { version: 3, promoted: true, state: "active", deprecation: null },
      { version: 2, promoted: false, state: "deprecated", deprecation: { ...deprecation, sunset: null } },
      { version: 1, promoted: false, state: "deprecated", deprecation },
    ],
  });
});

test("for several versions, sends the earliest times, and no sunset if none is set", async () => {
  const { ask } = await open([going(1, null), going(2, SUNSET), current]);
  expect((await ask("/api/features/7?features=mood@1")).headers).toEqual([warned[0], null, warned[2], warned[3]]);
  expect((await ask("/api/features/7?features=mood@1,mood@2")).headers).toEqual(warned);
});

test("after the sunset the answer is 410 and names the successor, without a change of the registry", async () => {
  const past = going(1, SINCE);
  const { ask, registry, serving } = await open([past, current]);
  expect(await ask("/api/features/7?features=mood@1")).toMatchObject({ status: 200 });
  // The database reports the version as retired at its next read, at the same revision.
  registry.publish(snapshotOf(1, [going(1, SINCE, "retired"), current], []));
  await serving.refresh();
  const gone = await ask("/api/features/7?features=mood@1");
  expect(gone).toMatchObject({ status: 410, body: { code: "feature_view_retired" } });
  expect(gone.body.detail).toContain('"mood@3"');
});
