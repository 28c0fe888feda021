import { describe, expect, test } from "vitest";
import { migrate } from "../../src/database/migrate";
import { testDatabases } from "../helpers/test-database";
import { wholeSchema } from "../helpers/whole-schema";

for (const target of testDatabases("all").filter(({ name }) => name !== "pgbouncer")) {
  describe.skipIf(target.skip)(`the secret of erasures on ${target.name}`, () => {
    test.skipIf(target.kind === "pglite")(
      "is readable by the owner only, whatever the default privileges are",
      async () => {
        const opened = await target.open({ poolSize: 1 });
        const role = `reader_${Math.random().toString(36).slice(2, 10)}`;
        try {
          const { database } = opened;
          await database.script(`create role ${role}; alter default privileges grant select on tables to ${role};
          alter default privileges grant select on tables to public`);
          await migrate(database, (await wholeSchema()).schema);
          const [row] = await database.query({
            text: `select has_table_privilege('${role}', 'featstore.erasure_secret', 'select') as secret,
            has_table_privilege('${role}', 'featstore.history', 'select') as history`,
          });
          expect(row).toEqual({ secret: false, history: true });
        } finally {
          await opened.database.script(`drop owned by ${role}; alter default privileges revoke select on tables from public;
          drop role ${role}`);
          await opened.drop();
        }
      },
    );
  });
}
