import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { type GuideServer, startGuideServer } from "./guide-server";

let server: GuideServer;
beforeAll(async () => {
  server = await startGuideServer();
}, 120_000);
afterAll(() => server?.close());

test("README.md shows the actual response", { timeout: 240_000 }, async () => {
  const { document } = await server.project.json("sample", "load", "--publish");
  await mkdir(join(server.project.folder, ".featstore"), { recursive: true });
  await writeFile(join(server.project.folder, ".featstore/demo-key"), (document as { readonly key: string }).key);
  await server.run("../../README.md");
});
