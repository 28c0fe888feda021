import { getMigrations } from "better-auth/db/migration";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { createBetterAuth } from "../../src/identity/better-auth";
import { testDatabases } from "../helpers/test-database";

test("the migrations have every table and column that Better Auth needs", async () => {
  const [target] = testDatabases("main");
  const opened = await target?.openMigrated();
  const { auth } = loadConfig({ env: { FEATSTORE_AUTH: "true" } });
  if (opened === undefined || auth === null) throw new Error("no database");
  try {
    const better = createBetterAuth({
      auth,
      secret: "0123456789abcdef0123456789abcdef",
      database: opened.database,
      logger: { warn: () => undefined, error: () => undefined },
      mayJoin: async () => true,
    });
    const { toBeCreated, toBeAdded } = await getMigrations(better.options);
    expect({ toBeCreated, toBeAdded }).toEqual({ toBeCreated: [], toBeAdded: [] });
  } finally {
    await opened.drop();
  }
});
