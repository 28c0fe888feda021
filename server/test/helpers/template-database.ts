import type { Database } from "../../src/database/database";
import { DatabaseError } from "../../src/database/database-error";
import { migrate } from "../../src/database/migrate";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { wholeSchema } from "./whole-schema";

const prefix = "featstore_test_";

/** Creates a database with all migrations applied, as a copy of the server's template. */
export async function cloneMigrated(administrator: Database, administratorUrl: string, name: string): Promise<void> {
  const template = `${prefix}${(await wholeSchema()).checksum}`;
  const clone = () => administrator.query({ text: `create database ${name} template ${template}` });
  for (let attempt = 1; ; attempt++) {
    try {
      await clone();
      return;
    } catch (error) {
      // No such database. Another checkout may remove a template of this one that is older than a day: try again.
      const isMissing = error instanceof DatabaseError && error.sqlState === "3D000";
      if (!isMissing || attempt === 3) throw error;
      await createTemplate(administrator, administratorUrl, template);
    }
  }
}

/**
 * Creates the template, unless another process just did, and removes templates of other migrations that are older than a
 * day. Needs an administrator with a single connection, because the session holds the advisory lock.
 */
async function createTemplate(administrator: Database, administratorUrl: string, template: string): Promise<void> {
  const run = (text: string) => administrator.query({ text });
  await run("select pg_advisory_lock(hashtextextended('featstore test templates', 0))");
  try {
    const [known] = await run(`select from pg_database where datname = '${template}'`);
    if (known !== undefined) return;
    const old = await administrator.query<{ name: string }>({
      text: `select datname as name from pg_database where starts_with(datname, '${prefix}')
        and coalesce(shobj_description(oid, 'pg_database')::timestamptz < now() - interval '1 day', true)`,
    });
    for (const { name } of old) await run(`drop database if exists ${name} with (force)`);
    const draft = `${template}_new`;
    await run(`drop database if exists ${draft} with (force)`);
    await run(`create database ${draft}`);
    const url = new URL(administratorUrl);
    url.pathname = `/${draft}`;
    const database = createPostgresDatabase({ url: url.href, poolSize: 1 });
    try {
      await migrate(database, (await wholeSchema()).schema);
    } finally {
      await database.close();
    }
    // Only a template that nobody is connected to can be copied.
    await run(`alter database ${draft} allow_connections false`);
    await run(`comment on database ${draft} is '${new Date().toISOString()}'`);
    await run(`alter database ${draft} rename to ${template}`);
  } finally {
    await run("select pg_advisory_unlock(hashtextextended('featstore test templates', 0))");
  }
}
