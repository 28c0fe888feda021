import { FeatstoreError } from "../core/index";
import type { CallOptions, Database } from "./database";
import { DatabaseError } from "./database-error";
import { MigrationError } from "./migration-error";
import { checksumOf, inOrder, type Migration, migrationChecksum, type Schema } from "./schema-files";

const undefinedTable = "42P01";
const invalidSchema = "3F000";

/** The entry of the ledger for the functions. Migrations have names with numbers, which sort before it. */
export const FUNCTIONS = "functions";

/**
 * The migration at which the migrations were combined into `tables` and `functions`. A database that has it has exactly the
 * tables of `tables`, and one function that nothing calls.
 */
const PREDECESSOR: Migration = {
  name: "0046_key_secrets",
  text: "drop function if exists featstore.admit_training_set(text, text, jsonb, jsonb, jsonb, bigint, bigint);",
};

/** The names of everything that is applied, with checksums: the rows of `featstore.migrations`. */
export type Ledger = ReadonlyMap<string, string>;

/** How a database compares with a schema. */
export interface SchemaState {
  /** The number of the last applied migration; 0: nothing is applied. */
  readonly number: number;
  /** True if a newer version of Featstore has migrated the database. Then nothing is pending: this version changes nothing. */
  readonly isNewer: boolean;
  /** The names of everything to apply, in order. */
  readonly pending: readonly string[];
  /** The pending migrations. */
  readonly migrations: readonly Migration[];
}

/** Reads the ledger; empty if nothing was ever applied. */
export async function readLedger(database: Database, options?: CallOptions): Promise<Ledger> {
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
 * Compares a schema with a database's ledger.
 *
 * Throws `MigrationError`: `migration_edited` if the text of an applied one has changed, `migration_out_of_order` if one would
 * precede an applied one or is missing from the schema. Throws `FeatstoreError` `schema_too_old` if the database is from before
 * the first migration of the schema and cannot be adopted.
 */
export function stateOf(schema: Schema, ledger: Ledger): SchemaState {
  const migrations = inOrder(schema.migrations);
  const first = migrations[0]?.name ?? "";
  const applied = [...ledger.keys()].filter((name) => name !== FUNCTIONS).sort();
  const lastApplied = applied.at(-1) ?? "";
  const number = numberOf(lastApplied);
  if (number > numberOf(migrations.at(-1)?.name ?? "")) return { number, isNewer: true, pending: [], migrations: [] };
  const before = applied.filter((name) => name < first);
  const adopted = before.at(-1) === PREDECESSOR.name && lastApplied === PREDECESSOR.name;
  if (before.length > 0 && before.at(-1) !== PREDECESSOR.name) throw tooOld(lastApplied);
  refuseOthers(migrations, ledger, applied.slice(before.length));
  const pending = migrations.filter(({ name }) => !ledger.has(name));
  const isCurrent = pending.length === 0 && ledger.get(FUNCTIONS) === checksumOf(schema.functions);
  return {
    number,
    isNewer: false,
    pending: isCurrent ? [] : [...pending.map(({ name }) => name), FUNCTIONS],
    migrations: pending.map((migration) =>
      adopted && migration.name === first ? { ...migration, text: PREDECESSOR.text } : migration,
    ),
  };
}

/** Refuses a ledger with migrations that the schema does not have, or has in another form or order. */
function refuseOthers(migrations: readonly Migration[], ledger: Ledger, applied: readonly string[]): void {
  const known = new Set(migrations.map(({ name }) => name));
  for (const name of applied) {
    if (!known.has(name))
      throw new MigrationError(
        "migration_out_of_order",
        `The database has migration ${name}, which is missing from the migrations folder.`,
        name,
      );
  }
  const lastApplied = applied.at(-1) ?? "";
  for (const migration of migrations) {
    const checksum = ledger.get(migration.name);
    if (checksum !== undefined && checksum !== migrationChecksum(migration)) {
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
}

function tooOld(lastApplied: string): FeatstoreError {
  return new FeatstoreError(
    "schema_too_old",
    `The database ends at migration ${lastApplied}, and this version can only upgrade from ${PREDECESSOR.name}: start the revision of Featstore whose migrations end at 0046 once, then this one.`,
  );
}

function numberOf(name: string): number {
  return Number(name.slice(0, 4));
}
