import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GuideServer, startGuideServer } from "./guide-server";

let server: GuideServer;
beforeAll(async () => {
  server = await startGuideServer();
}, 120_000);
afterAll(() => server?.close());

test("docs/guide/training-sets.md shows the actual output", { timeout: 240_000 }, async () => {
  const { document } = await server.project.json(
    "keys",
    "create",
    "--name",
    "me",
    "--scopes",
    "training:read,training:write",
  );
  const { key } = document as { readonly key: string };
  await server.run("training-sets.md", { environment: { FEATSTORE_API_KEY: key } });
  const [header] = (await readFile(join(server.project.folder, "labelled.csv"), "utf8")).split("\n");
  expect(header).toBe(
    "speech_id,as_of,republican,_split,speech_language.words,speech_language.analyses,label.speech_language.analyses",
  );
});
