import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("all").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`a database with other defaults on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let database: OpenTestDatabase["database"];
    beforeAll(async () => {
      opened = await target.openMigrated();
      const [row] = await opened.database.query<{ name: string }>({
        text: "select quote_ident(current_database()) as name",
      });
      for (const setting of ["standard_conforming_strings = off", "datestyle = 'SQL, DMY'"])
        await opened.database.script(`alter database ${row?.name} set ${setting}`);
      database = createPostgresDatabase({ url: opened.url ?? "", prepare: target.name !== "pgbouncer", poolSize: 1 });
    });
    afterAll(async () => {
      await database?.close();
      await opened?.drop();
    });

    test("a pattern keeps its backslashes, and dates have their ISO form", async () => {
      const [row] = await database.query({
        text: "select '7' ~ '^\\d$' as matches, '2026-11-12'::date::text as day",
      });
      expect(row).toEqual({ matches: true, day: "2026-11-12" });
    });
  });
}
