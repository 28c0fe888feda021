import { afterAll, beforeAll, test } from "vitest";
import { type GuideServer, startGuideServer } from "./guide-server";

let server: GuideServer;
beforeAll(async () => {
  server = await startGuideServer();
}, 120_000);
afterAll(() => server?.close());

test("docs/guide/erasing.md shows the actual output", { timeout: 240_000 }, () => server.run("erasing.md"));
