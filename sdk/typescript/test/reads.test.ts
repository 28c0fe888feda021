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

test("embeddings.get reads all of an entity's, or the one that is named", async () => {
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

test("featureViews and featureServices give what the registry says", async () => {
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
