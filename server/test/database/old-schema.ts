import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Database } from "../../src/database/database";

const fixture = new URL("fixtures/schema-0046.sql.gz", import.meta.url);

/**
 * Creates the schema that the 42 migrations up to 0046 made, before they were combined, with the rows that they inserted. The
 * fixture is the output of pg_dump, the same on PostgreSQL 15 and 16.
 */
export async function createOldSchema(database: Database): Promise<void> {
  await database.script(gunzipSync(readFileSync(fixture)).toString("utf8"));
}
