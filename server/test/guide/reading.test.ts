import { afterAll, beforeAll, expect, test } from "vitest";
import { type GuideServer, startGuideServer } from "./guide-server";

let server: GuideServer;
beforeAll(async () => {
  server = await startGuideServer();
}, 120_000);
afterAll(() => server?.close());

test("docs/guide/reading.md shows the actual responses", { timeout: 240_000 }, async () => {
  const { document } = await server.project.json("sample", "load", "--publish");
  const { key } = document as { readonly key: string };
  const outputs = await server.run("reading.md", { environment: { FEATSTORE_API_KEY: key } });
  expect(outputs).toHaveLength(7);
});
