import { afterAll, beforeAll, test } from "vitest";
import { type GuideServer, startGuideServer } from "./guide-server";

let server: GuideServer;
beforeAll(async () => {
  server = await startGuideServer({ FEATSTORE_AUTH: "true", FEATSTORE_LOG_LEVEL: "info" });
}, 120_000);
afterAll(() => server?.close());

test("docs/guide/accounts.md shows the actual output", { timeout: 240_000 }, async () => {
  await server.run("accounts.md", { replace: { org_k3v5t7n2q6x4a2c5: async () => server.organisation() } });
});
