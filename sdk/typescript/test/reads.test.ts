import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Client, createClient, InvalidCallError } from "../src/index";
import { platform, sounds } from "./support/listening";
import { json, type ScriptedServer, startScriptedServer } from "./support/scripted-server";

let server: ScriptedServer;
let client: Client;

beforeAll(async () => {
  server = await startScriptedServer();
  client = createClient({ baseUrl: server.baseUrl, apiKey: "key-1" });
});
beforeEach(() => {
  server.seen.length = 0;
});
afterAll(() => server.close());

const urls = () => server.seen.map(({ method, url }) => `${method} ${url}`);

test("embeddings.get reads all embeddings of an entity, or the named one", async () => {
  const embedding = { space: "sound-3", dimensions: 3, metric: "cosine", status: "complete", vector: [1, 2, 3] };
  server.answer((_, response) =>
    json(response, 200, { track_id: 7, embeddings: { "sounds.sound": embedding }, status: "complete" }),
  );
  expect(await client.embeddings.get(7)).toEqual({
    id: 7,
    status: "complete",
    embeddings: { "sounds.sound": embedding },
    requestId: "r-1",
  });
  await client.embeddings.get(7, { embedding: "sounds.sound", entity: "track" });
  await client.embeddings.get(7, { embedding: sounds.pick("sound") });
  await client.embeddings.get({ platform: 1, station: "x" }, { entity: platform });
  expect(urls()).toEqual([
    "GET /api/embeddings/7",
    "GET /api/embeddings/7?embedding=sounds.sound&entity=track",
    "GET /api/embeddings/7?embedding=sounds%401.sound",
    "GET /api/embeddings/x,1?entity=platform",
  ]);
  await expect(client.embeddings.get(7, { embedding: sounds.pick("sound", "seconds") })).rejects.toBeInstanceOf(
    InvalidCallError,
  );
});

test("featureViews and featureServices read the registry", async () => {
  server.answer(({ url }, response) => {
    const bodies: Record<string, unknown> = {
      "/api/feature-views": { feature_views: [{ name: "sounds" }] },
      "/api/feature-views/sounds": { name: "sounds", promoted: 1, versions: [] },
      "/api/feature-views/sounds/versions/1": { name: "sounds", features: [] },
      "/api/feature-services": { feature_services: [{ name: "radio" }] },
      "/api/feature-services/radio": { name: "radio", promoted: 1, versions: [] },
    };
    json(response, 200, bodies[url]);
  });
  expect(await client.featureViews.list()).toEqual([{ name: "sounds" }]);
  expect(await client.featureViews.get("sounds")).toEqual({ name: "sounds", promoted: 1, versions: [] });
  expect(await client.featureViews.getVersion("sounds", 1)).toEqual({ name: "sounds", features: [] });
  expect(await client.featureServices.list()).toEqual([{ name: "radio" }]);
  expect(await client.featureServices.get("radio")).toEqual({ name: "radio", promoted: 1, versions: [] });
});

test("embeddings.getBatch returns float32 vectors in the order of the ids", async () => {
  const bytes = Buffer.alloc(8);
  bytes.writeFloatLE(0.5, 0);
  bytes.writeFloatLE(-2, 4);
  server.answer((_, response) =>
    json(response, 200, {
      ids: [7, 8],
      embeddings: {
        "sounds.sound": { space: "sound", dimensions: 2, metric: "l2", vectors: [bytes.toString("base64"), null] },
      },
      status: ["complete", "missing"],
      views: ["sounds"],
      statuses: [["complete"], ["missing"]],
    }),
  );
  expect(await client.embeddings.getBatch({ ids: [7n, 8], embedding: ["sounds.sound"] })).toEqual({
    rows: [
      {
        id: 7n,
        status: "complete",
        views: { sounds: "complete" },
        vectors: { "sounds.sound": Float32Array.of(0.5, -2) },
      },
      { id: 8, status: "missing", views: { sounds: "missing" }, vectors: { "sounds.sound": null } },
    ],
    spaces: { "sounds.sound": { space: "sound", dimensions: 2, metric: "l2" } },
    requestId: "r-1",
  });
  await client.embeddings.getBatch({ ids: [7, 7], embedding: sounds.pick("sound"), entity: platform });
  expect(server.seen.map(({ body }) => body)).toEqual([
    { ids: ["7", 8], embedding: ["sounds.sound"], format: "base64" },
    { entity: "platform", ids: [7, 7], embedding: "sounds@1.sound", format: "base64" },
  ]);
});

test("embeddings.search returns hits, with features on request", async () => {
  const hits = [{ id: 7, score: 0.75, distance: 0.25 }];
  const answer = {
    embedding: "sounds.sound",
    space: "sound",
    dimensions: 2,
    metric: "cosine",
    method: "hnsw",
    generation: 1,
    hits,
  };
  server.answer((_, response) => json(response, 200, answer));
  const filter = { not: { feature: "mood.label", op: "eq", value: "sad" } } as const;
  expect(
    await client.embeddings.search({ embedding: "sounds.sound", id: 9n, k: 1, filter, includeSelf: true }),
  ).toEqual({
    hits,
    space: "sound",
    metric: "cosine",
    method: "hnsw",
    features: null,
    requestId: "r-1",
  });
  server.answer((_, response) =>
    json(response, 200, {
      ...answer,
      features: { ids: [7], columns: ["mood.label"], rows: [["glad"]], status: ["complete"], views: ["mood"] },
    }),
  );
  const vector = Float32Array.of(1, 0.5);
  const found = await client.embeddings.search({ embedding: sounds.pick("sound"), vector, features: ["mood.label"] });
  expect(found.features?.rows).toMatchObject([{ id: 7, status: "complete", features: { mood: { label: "glad" } } }]);
  expect(server.seen.map(({ body }) => body)).toEqual([
    { embedding: "sounds.sound", id: "9", k: 1, filter, include_self: true },
    { embedding: "sounds@1.sound", vector: "AACAPwAAAD8=", features: ["mood.label"] },
  ]);
});
