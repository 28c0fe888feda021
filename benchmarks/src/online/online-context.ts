import { createPostgresDatabase } from "../../../server/src/database/postgres-database";
import { createKeyService, SCOPES } from "../../../server/src/services/keys";
import { createPostgresKeyStore } from "../../../server/src/stores/postgres-key-store";
import type { Options } from "../options";
import type { ReferenceDatabase } from "../reference-database";
import type { RedisDatabase } from "./redis-database";

/** What every measurement of online serving is given. */
export interface OnlineContext {
  readonly database: ReferenceDatabase;
  readonly options: Options;
  /** Of this run alone; removed after it. */
  readonly folder: string;
  readonly keys: readonly string[];
  /** All tracks. */
  readonly ids: readonly number[];
  /** Null: there is none, or Featstore cannot use it yet. */
  readonly redis: RedisDatabase | null;
  report(line: string): void;
  /** Says what is not measured, and why. */
  skip(what: string, why: string): void;
}

/** A key that reads as the tenant does. */
export async function createTenantKey(database: ReferenceDatabase, tenant: string): Promise<string> {
  const connection = createPostgresDatabase({ url: database.url });
  try {
    const secret = database.environment.FEATSTORE_KEY_SECRET ?? "";
    const keys = createKeyService(createPostgresKeyStore(connection), secret);
    return (await keys.create({ name: `benchmark of ${tenant}`, scopes: SCOPES, tenant })).key;
  } finally {
    await connection.close();
  }
}
