import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { type GuideServer, startGuideServer } from "./guide-server";

let server: GuideServer;
beforeAll(async () => {
  server = await startGuideServer();
  // The program that makes the lake imports DuckDB's package.
  await symlink(join(import.meta.dirname, "../../node_modules"), join(server.project.folder, "node_modules"));
}, 120_000);
afterAll(() => server?.close());

test("docs/guide/engines.md shows the actual output", { timeout: 240_000 }, async () => {
  const { document } = await server.project.json("keys", "create", "--name", "engines");
  const { key } = document as { readonly key: string };
  await server.run("engines.md", { environment: { FEATSTORE_API_KEY: key } });
});
