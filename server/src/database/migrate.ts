import type { CallOptions, Database } from "./database";
import { DatabaseError } from "./database-error";
import { MigrationError } from "./migration-error";
import { checksumOf, inOrder, type Migration, readMigrations } from "./migration-files";
import { ownScript } from "./own-transaction";

export { MigrationError } from "./migration-error";
export { type Migration, readMigrations } from "./migration-files";

/** The SQLSTATE with which a migration script reports that another process has applied it. */
const alreadyApplied = "FS001";
const undefinedTable = "42P01";
const invalidSchema = "3F000";

// IF NOT EXISTS needs the privilege to create even if the schema exists, so the catalog is checked first. The
// transaction's advisory lock keeps two first starts from creating the same objects.
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
`;

/** Builds a script that waits for other processes, stops if one has applied the migration, applies and records it. */
function scriptOf(migration: Migration): string {
  // Names and checksums consist of known characters and need no escaping.
  return `
lock table featstore.migrations in share row exclusive mode;
do $check$
begin
  if exists (select from featstore.migrations where name = '${migration.name}') then
    raise exception 'migration ${migration.name} is applied already' using errcode = '${alreadyApplied}';
  end if;
end
$check$;
${migration.text}
;
insert into featstore.migrations (name, checksum) values ('${migration.name}', '${checksumOf(migration)}');
`;
}

async function appliedChecksums(database: Database, options?: CallOptions): Promise<Map<string, string>> {
  try {
    const rows = await database.query<{ name: string; checksum: string }>(
      { text: "select name, checksum from featstore.migrations" },
      options,
    );
    return new Map(rows.map(({ name, checksum }) => [name, checksum]));
  } catch (error) {
    const absent = error instanceof DatabaseError && [undefinedTable, invalidSchema].includes(error.sqlState ?? "");
    if (absent) return new Map();
    throw error;
  }
}

/**
 * Lists the migrations that the database does not have yet, in order; changes nothing.
 *
 * Throws `MigrationError`: `migration_edited` if the text of an applied one has changed, `database_newer` if the database has
 * one beyond the last of these, `migration_out_of_order` if one would precede an applied one or is missing from the list.
 */
export async function pendingMigrations(
  database: Database,
  source: string | readonly Migration[],
  options?: CallOptions,
): Promise<Migration[]> {
  const migrations = inOrder(typeof source === "string" ? await readMigrations(source) : source);
  return compare(migrations, await appliedChecksums(database, options));
}

function compare(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): Migration[] {
  const known = new Set(migrations.map(({ name }) => name));
  const lastKnown = migrations.at(-1)?.name ?? "";
  const lastApplied = [...applied.keys()].sort().at(-1) ?? "";
  for (const name of [...applied.keys()].sort()) {
    if (known.has(name)) continue;
    if (name > lastKnown) {
      throw new MigrationError(
        "database_newer",
        `The database has migration ${name}, which this version does not know.`,
        name,
      );
    }
    throw new MigrationError(
      "migration_out_of_order",
      `The database has migration ${name}, which is missing from the migrations folder.`,
      name,
    );
  }
  for (const migration of migrations) {
    const checksum = applied.get(migration.name);
    if (checksum !== undefined && checksum !== checksumOf(migration)) {
      throw new MigrationError(
        "migration_edited",
        `Migration ${migration.name} was edited after it was applied.`,
        migration.name,
      );
    }
    if (checksum === undefined && migration.name < lastApplied) {
      throw new MigrationError(
        "migration_out_of_order",
        `Migration ${migration.name} is new, but the database already has ${lastApplied}.`,
        migration.name,
      );
    }
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

/**
 * Brings the database up to date: applies the missing `NNNN_name.sql` files of a folder (or of a list) in order, each in its
 * own transaction that also records it in `featstore.migrations`. Safe to run from several processes at once. A role that
 * owns the schema `featstore` needs no privilege to create schemas.
 *
 * Returns the names of the migrations applied by this call. Throws `MigrationError` as `pendingMigrations` does, and
 * `migration_failed` if one fails; `DatabaseError` if the database cannot be reached.
 *
 * @example await migrate(database, "migrations");
 */
export async function migrate(
  database: Database,
  source: string | readonly Migration[],
  options?: CallOptions,
): Promise<string[]> {
  const migrations = inOrder(typeof source === "string" ? await readMigrations(source) : source);
  const pending = compare(migrations, await appliedChecksums(database, options));
  if (pending.length === 0) return [];
  await runScript(database, "featstore.migrations", bootstrap, options);
  const applied: string[] = [];
  for (const migration of pending) {
    if (await runScript(database, migration.name, scriptOf(migration), options)) applied.push(migration.name);
  }
  // Another process, possibly of another version, may have migrated concurrently.
  compare(migrations, await appliedChecksums(database, options));
  return applied;
}

/** Runs a script; false if another process has applied the migration meanwhile. */
async function runScript(database: Database, name: string, text: string, options?: CallOptions): Promise<boolean> {
  try {
    await database.script(ownScript(text), options);
    return true;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== "statement_failed") throw error;
    if (error.sqlState === alreadyApplied) return false;
    throw new MigrationError("migration_failed", `Migration ${name} failed: ${error.message}`, name, { cause: error });
  }
}
