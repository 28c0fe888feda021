import { FeatstoreError } from "../core/index";
import type { CallOptions, Database } from "./database";

export const OLDEST_POSTGRES = 15;

export interface PostgresVersion {
  /** `16.14` */
  readonly name: string;
  readonly isSupported: boolean;
}

/** Returns the version of the connected PostgreSQL, and whether Featstore supports it. */
export async function postgresVersion(database: Database, options?: CallOptions): Promise<PostgresVersion> {
  const [row] = await database.query<{ number: string; name: string }>(
    { text: "select current_setting('server_version_num') as number, current_setting('server_version') as name" },
    options,
  );
  return { name: row?.name ?? "unknown", isSupported: Number(row?.number) >= OLDEST_POSTGRES * 10_000 };
}

/**
 * Rejects a PostgreSQL that is too old, before a statement fails obscurely, and one whose session rounds numbers, before any is
 * served. Errors: `database_too_old`, `database_rounds_numbers`.
 */
export async function requireSupportedPostgres(database: Database, options?: CallOptions): Promise<void> {
  const { name, isSupported } = await postgresVersion(database, options);
  if (!isSupported)
    throw new FeatstoreError(
      "database_too_old",
      `The database is PostgreSQL ${name}; Featstore needs ${OLDEST_POSTGRES} or newer: upgrade the server, or set DATABASE_URL to another.`,
    );
  // Connections cannot set it, because PgBouncer refuses or discards it.
  const [row] = await database.query<{ digits: string; role: string }>(
    { text: "select current_setting('extra_float_digits') as digits, quote_ident(current_user) as role" },
    options,
  );
  if (row === undefined || Number(row.digits) >= 1) return;
  throw new FeatstoreError(
    "database_rounds_numbers",
    `The database's extra_float_digits is ${row.digits}, so float64 values would lose digits: alter role ${row.role} set extra_float_digits = 1;`,
  );
}
