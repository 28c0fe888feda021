import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { awaitServer, servedLines } from "../../../src/cli/materialize/await-server";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`a command on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
    });
    afterAll(() => opened?.drop());

    test("waits for no server, and with PostgreSQL says how soon servers notice what it published", async () => {
      const { database } = opened;
      const session = { database, registry: createRegistryStore(database) };
      const io = { signal: new AbortController().signal };
      const { report, served } = await awaitServer(session, io, async () => "done");
      expect([report, served]).toEqual(["done", null]);
      expect(servedLines(session, served).join()).toMatch(database.kind === "postgres" ? /two seconds/ : /^$/);
      expect(servedLines(session, true).length).toBe(database.kind === "postgres" ? 1 : 0);
      expect(servedLines(session, false)).toHaveLength(1);
    });
  });
}
