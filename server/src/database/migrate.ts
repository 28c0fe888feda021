import type { CallOptions, Database } from "./database";
import { DatabaseError } from "./database-error";
import { MigrationError } from "./migration-error";
import { ownScript } from "./own-transaction";
import { checksumOf, migrationChecksum, partsOf, readSchema, type Schema } from "./schema-files";
import { FUNCTIONS, type Ledger, readLedger, type SchemaState, stateOf } from "./schema-state";

export { MigrationError } from "./migration-error";
export type { Migration, Schema } from "./schema-files";
export type { SchemaState } from "./schema-state";

/** The SQLSTATE with which the script reports that another process has changed the ledger. */
const ledgerChanged = "FS001";

/** Compares the database with a schema, or with the schema in a folder; changes nothing. Throws as `stateOf` does. */
export async function schemaState(
  database: Database,
  source: string | Schema,
  options?: CallOptions,
): Promise<SchemaState> {
  const schema = typeof source === "string" ? await readSchema(source) : source;
  return stateOf(schema, await readLedger(database, options));
}

/** The result of `migrate`. */
export interface Migrated {
  /** The names of everything that this call applied. */
  readonly applied: readonly string[];
  /** Set if a newer version has migrated the database: the number of its schema. Then this version applied nothing. */
  readonly newer: number | null;
}

/**
 * Brings the database up to date with a schema, or with the schema in a folder: applies the pending migrations and the
 * functions in one transaction, and records them in `featstore.migrations`. Safe to run from several processes at once. A role
 * that owns the schema `featstore` needs no privilege to create schemas.
 *
 * Throws `MigrationError` and `FeatstoreError` as `stateOf` does, and `MigrationError` `migration_failed` if a statement fails;
 * `DatabaseError` if the database cannot be reached.
 *
 * @example await migrate(database, "migrations");
 */
export async function migrate(database: Database, source: string | Schema, options?: CallOptions): Promise<Migrated> {
  const schema = typeof source === "string" ? await readSchema(source) : source;
  for (;;) {
    const ledger = await readLedger(database, options);
    const state = stateOf(schema, ledger);
    if (state.isNewer) return { applied: [], newer: state.number };
    if (state.pending.length === 0) return { applied: [], newer: null };
    if (await apply(database, schema, state, ledger, options)) return { applied: state.pending, newer: null };
  }
}

/** Applies what is pending; false if another process has changed the ledger in the meantime. */
async function apply(
  database: Database,
  schema: Schema,
  state: SchemaState,
  ledger: Ledger,
  options?: CallOptions,
): Promise<boolean> {
  try {
    await database.script(ownScript(scriptOf(schema, state, ledger)), options);
    return true;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== "statement_failed") throw error;
    if (error.sqlState === ledgerChanged) return false;
    throw new MigrationError(
      "migration_failed",
      `Migration ${state.pending.join(", ")} failed: ${error.message}`,
      state.migrations.at(-1)?.name ?? FUNCTIONS,
      { cause: error },
    );
  }
}

// IF NOT EXISTS needs the privilege to create even if the schema exists, so the catalog is checked first. The advisory lock
// makes processes wait for each other, and the lock of the table makes them wait for versions that used only that one.
const bootstrap = `
select pg_advisory_xact_lock(hashtextextended('featstore.migrations', 0));
do $bootstrap$
begin
  if to_regnamespace('featstore') is null then
    create schema featstore;
  end if;
  if to_regclass('featstore.migrations') is null then
    create table featstore.migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default clock_timestamp()
    );
  end if;
end
$bootstrap$;
lock table featstore.migrations in share row exclusive mode;
`;

/**
 * Builds the script: it waits for other processes, stops if the ledger is no longer as it was read, applies everything that is
 * pending, and records it. Functions are created after all tables, and their bodies are not checked, because they may call
 * functions that come later.
 */
function scriptOf(schema: Schema, state: SchemaState, ledger: Ledger): string {
  const parts = state.migrations.map(({ text }) => partsOf(text));
  const entries = [...ledger].map(([name, checksum]) => `${name} ${checksum}`).sort();
  // Names and checksums consist of known characters and need no escaping.
  const rows = [
    ...state.migrations.map(({ name }) => {
      const migration = schema.migrations.find((one) => one.name === name);
      return `('${name}', '${migration === undefined ? "" : migrationChecksum(migration)}')`;
    }),
    `('${FUNCTIONS}', '${checksumOf(schema.functions)}')`,
  ];
  return [
    bootstrap,
    `do $check$
begin
  if (select coalesce(string_agg(name || ' ' || checksum, ',' order by name collate "C"), '') from featstore.migrations)
    <> '${entries.join(",")}' then
    raise exception 'another process has migrated the schema' using errcode = '${ledgerChanged}';
  end if;
end
$check$;
set local check_function_bodies = off;`,
    ...parts.map(({ before }) => `${before}\n;`),
    schema.functions,
    ...parts.map(({ after }) => `;\n${after}`),
    `;
insert into featstore.migrations (name, checksum) values ${rows.join(", ")}
  on conflict (name) do update set checksum = excluded.checksum, applied_at = clock_timestamp();`,
  ].join("\n");
}
