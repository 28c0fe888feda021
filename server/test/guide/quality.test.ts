import { afterAll, beforeAll, describe, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { type GuideServer, startGuideServer } from "./guide-server";

const programs = process.env.TEST_POSTGRES_PROGRAMS;
const [, target] = testDatabases("main");

describe.skipIf(target === undefined || target.skip || programs === undefined)("docs/guide/quality.md", () => {
  let opened: OpenTestDatabase | undefined;
  let server: GuideServer;
  beforeAll(async () => {
    opened = await target?.openMigrated();
    server = await startGuideServer({ DATABASE_URL: opened?.url ?? "", FEATSTORE_AUDIT_ONE_IN: "1" });
  }, 120_000);
  afterAll(async () => {
    await server?.close();
    await opened?.drop();
  });

  test("shows the actual output", { timeout: 240_000 }, () => server.run("quality.md", { programs: [programs ?? ""] }));
});
