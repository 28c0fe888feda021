import { expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { requireSupportedPostgres } from "../../src/database/supported-postgres";

const answering = (row: object) => ({ query: async () => [row] }) as unknown as Database;

test("refuses PostgreSQL 14 with its version and the fix, and accepts 15", async () => {
  await expect(requireSupportedPostgres(answering({ number: "140011", name: "14.11" }))).rejects.toMatchObject({
    code: "database_too_old",
    message: expect.stringMatching(/14\.11.*15 or newer/),
  });
  await requireSupportedPostgres(answering({ number: "150004", name: "15.4" }));
});
