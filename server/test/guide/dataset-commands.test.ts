import { afterAll, beforeAll, test } from "vitest";
import { SCOPES } from "../../src/core/scopes";
import { type GuideServer, startGuideServer } from "./guide-server";

let server: GuideServer;
let key: string;
beforeAll(async () => {
  server = await startGuideServer();
  await server.project.run("sample", "load", "--publish");
  await server.project.run("dataset", "build", "state_of_the_union");
  const { document } = await server.project.json("keys", "create", "--name", "guide", "--scopes", SCOPES.join(","));
  ({ key } = document as { readonly key: string });
}, 240_000);
afterAll(() => server?.close());

test.for(["downloading-datasets.md", "datasets.md"])(
  "docs/guide/%s shows the actual output",
  { timeout: 240_000 },
  async (page) => {
    await server.run(page, { environment: { FEATSTORE_URL: server.url, FEATSTORE_API_KEY: key } });
  },
);
