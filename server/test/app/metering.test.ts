import { expect, test } from "vitest";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp, withKey } from "../helpers/test-app";

const NOW = 1_767_225_600_000_000;
const views = [
  registered({ name: "profile", features: { genre: "string" } }),
  registered({ name: "lyrics", features: { text: "vector(2)" } }),
];
const row = { scope: "", key: "7", eventTime: NOW, values: ['"pop"'] };
const tables = new Map([
  ["profile_v1_g1", [row]],
  ["lyrics_v1_g1", [{ ...row, values: [], vectors: { text: "[1,2]" } }]],
]);

test("every request of a key is counted once, with its operation, status and rows", async () => {
  const counted: unknown[] = [];
  const { app, keyOf } = await createTestApp({
    registry: createFakeRegistry(snapshotOf(1, views)),
    onlineStore: createFakeOnlineStore(tables, true),
    clock: () => NOW,
    defaultEntity: "track",
    vectors: {
      search: async () => ({ method: "exact", hits: [{ key: "8", distance: 0.5 }] }),
      candidates: () => null,
      tables: async () => [],
    },
    meter: {
      count({ principal, rows }, operation, status) {
        counted.push([principal === null ? null : "key", operation, status, status < 400 ? rows : "-"]);
      },
    },
  });
  const key = await keyOf();
  const path = "/api/features/7?features=profile";
  const first = await app.request(path, withKey(key));
  const known = { headers: { authorization: `Bearer ${key}`, "if-none-match": first.headers.get("etag") ?? "" } };
  await app.request(path, known);
  await app.request("/api/features/7?features=unknown", withKey(key));
  await app.request("/api/features/batch", withKey(key, { ids: [7, 7, 404], features: ["profile"] }));
  await app.request("/api/features/batch", withKey(key, { ids: [], features: ["profile"] }));
  await app.request("/api/embeddings/7", withKey(key));
  await app.request("/api/embeddings/batch", withKey(key, { ids: [7, 8], embedding: "lyrics.text" }));
  await app.request("/api/embeddings/search", withKey(key, { embedding: "lyrics.text", id: 7, k: 5 }));
  await app.request("/api/feature-views", withKey(key));
  await app.request("/api/features/7", withKey("fs_nonsense"));
  await app.request("/livez");
  expect(counted).toEqual([
    ["key", "readFeatures", 200, 1],
    ["key", "readFeatures", 304, 1],
    ["key", "readFeatures", 404, "-"],
    ["key", "readFeaturesBatch", 200, 3],
    ["key", "readFeaturesBatch", 400, "-"],
    ["key", "readEmbeddings", 200, 1],
    ["key", "readEmbeddingsBatch", 200, 2],
    ["key", "searchEmbeddings", 200, 1],
    ["key", "listFeatureViews", 200, 0],
    [null, "readFeatures", 401, "-"],
    [null, "livez", 200, 0],
  ]);
});
