import { SCOPES } from "../../../server/src/core/scopes";
import { createPostgresDatabase } from "../../../server/src/database/postgres-database";
import { onlySecret } from "../../../server/src/keys/key-secrets";
import { createKeyStore } from "../../../server/src/keys/key-store";
import { createKeyService } from "../../../server/src/keys/keys";
import type { Options } from "../options";
import type { ReferenceDatabase } from "../reference-database";
import type { RedisDatabase } from "./redis-database";

/** The context of every measurement of online serving. */
export interface OnlineContext {
  readonly database: ReferenceDatabase;
  readonly options: Options;
  /** A folder for this run; removed afterwards. */
  readonly folder: string;
  readonly keys: readonly string[];
  /** All tracks. */
  readonly ids: readonly number[];
  /** Null if there is none, or Featstore cannot use it yet. */
  readonly redis: RedisDatabase | null;
  report(line: string): void;
  /** Reports a skipped measurement and the reason. */
  skip(what: string, why: string): void;
}

/** Creates an API key for a tenant. */
export function createTenantKey(database: ReferenceDatabase, tenant: string): Promise<string> {
  return createKey(database, tenant);
}

/** Creates an API key of the operator's, which may build datasets. */
export function createOwnKey(database: ReferenceDatabase): Promise<string> {
  return createKey(database, null);
}

async function createKey(database: ReferenceDatabase, tenant: string | null): Promise<string> {
  const connection = createPostgresDatabase({ url: database.url });
  try {
    const secret = database.environment.FEATSTORE_KEY_SECRET ?? "";
    const keys = createKeyService(createKeyStore(connection), onlySecret(secret));
    return (await keys.create({ name: `benchmark of ${tenant ?? "the operator"}`, scopes: SCOPES, tenant })).key;
  } finally {
    await connection.close();
  }
}
