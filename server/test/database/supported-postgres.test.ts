import { expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { requireSupportedPostgres } from "../../src/database/supported-postgres";
import { testDatabases } from "../helpers/test-database";

const answering = (row: object) => ({ query: async () => [row] }) as unknown as Database;

test("refuses PostgreSQL 14 with its version and the fix, and accepts 15", async () => {
  await expect(requireSupportedPostgres(answering({ number: "140011", name: "14.11" }))).rejects.toMatchObject({
    code: "database_too_old",
    message: expect.stringMatching(/14\.11.*15 or newer/),
  });
  await requireSupportedPostgres(answering({ number: "150004", name: "15.4", digits: "1" }));
});

for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  test.skipIf(target.skip)(
    `refuses a database that rounds numbers, with the statement that helps, on ${target.name}`,
    async () => {
      const opened = await target.open();
      try {
        const [row] = await opened.database.query<{ name: string }>({ text: "select current_database() as name" });
        await opened.database.script(`alter database ${row?.name} set extra_float_digits = 0`);
        const database = createPostgresDatabase({ url: opened.url ?? "", poolSize: 1 });
        await expect(requireSupportedPostgres(database).finally(() => database.close())).rejects.toMatchObject({
          code: "database_rounds_numbers",
          message: expect.stringMatching(/extra_float_digits is 0.*alter role .* set extra_float_digits = 1;/),
        });
      } finally {
        await opened.drop();
      }
    },
  );
}
