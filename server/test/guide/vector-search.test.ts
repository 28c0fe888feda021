import { afterAll, beforeAll, test } from "vitest";
import { type GuideServer, startGuideServer } from "./guide-server";

let server: GuideServer;
beforeAll(async () => {
  server = await startGuideServer();
}, 120_000);
afterAll(() => server?.close());

test("docs/guide/vector-search.md shows the actual responses", { timeout: 240_000 }, async () => {
  const { document } = await server.project.json("keys", "create", "--name", "guide");
  const { key } = document as { readonly key: string };
  await server.run("vector-search.md", { environment: { FEATSTORE_API_KEY: key } });
});
