import type { Database } from "./database";
import { openPgliteDatabase, type PgliteDatabaseOptions } from "./pglite-database";
import { createPostgresDatabase, type PostgresDatabaseOptions } from "./postgres-database";

/** A PostgreSQL server by its url, or an embedded one by its folder (in memory without a folder). */
export type DatabaseOptions = PostgresDatabaseOptions | PgliteDatabaseOptions;

/** Opens the database that the options select: `await openDatabase({ folder: ".featstore/database" })`. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return "url" in options ? createPostgresDatabase(options) : openPgliteDatabase(options);
}
