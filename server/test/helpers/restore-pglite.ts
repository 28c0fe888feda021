import type { Database } from "../../src/database/database";
import { migrate } from "../../src/database/migrate";
import { quoteName } from "../../src/database/sql-text";
import { wholeSchema } from "./whole-schema";

/** Removes what a test created. False if the database can no longer be used. */
export async function emptyPglite(database: Database): Promise<boolean> {
  try {
    await database.script(`${await dropRoles(database)}; ${await dropSchemas(database, [])}`);
    return true;
  } catch {
    return false;
  }
}

/** The state to which a migrated database is restored. */
export interface MigratedState {
  readonly catalog: string;
  /** Rows that migrations insert, by table. */
  readonly rows: readonly { readonly table: string; readonly rows: string }[];
}

/** The schemas with the tables of the migrations. */
const SCHEMAS = ["featstore", "featstore_auth"];
const namespaces = SCHEMAS.map((name) => `to_regnamespace('${name}')`).join(", ");
const MIGRATIONS = "featstore.migrations";

export async function migratedState(database: Database): Promise<MigratedState> {
  const rows: { table: string; rows: string }[] = [];
  for (const table of await tablesOf(database)) {
    const [found] = await database.query<{ rows: string | null }>({
      text: `select json_agg(r)::text as rows from ${table} as r`,
    });
    if (found?.rows != null && table !== MIGRATIONS) rows.push({ table, rows: found.rows });
  }
  return { catalog: await catalogOf(database), rows };
}

/**
 * Restores a migrated database. Deletes rows if the schemas are as migrations left them, which takes a tenth of
 * the time of migrating; drops it and migrates again if a test changed the schema. Returns undefined if the database can
 * no longer be used.
 */
export async function restoreMigrated(database: Database, state: MigratedState): Promise<MigratedState | undefined> {
  try {
    await database.script(await dropRoles(database));
    if ((await catalogOf(database)) !== state.catalog) {
      await database.script(await dropSchemas(database, []));
      await migrate(database, (await wholeSchema()).schema);
      return await migratedState(database);
    }
    const tables = (await tablesOf(database)).filter((table) => table !== MIGRATIONS);
    await database.script(
      [
        await dropSchemas(database, SCHEMAS),
        "create schema features",
        // Disables triggers and foreign keys, so that the order of tables does not matter.
        "set session_replication_role = replica",
        ...tables.map((table) => `delete from ${table}`),
        ...state.rows.map(
          ({ table, rows }) =>
            `insert into ${table} overriding system value
             select * from json_populate_recordset(null::${table}, '${rows.replaceAll("'", "''")}')`,
        ),
        "select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences where schemaname = 'featstore'",
        "reset session_replication_role",
      ].join(";\n"),
    );
    return state;
  } catch {
    return undefined;
  }
}

async function tablesOf(database: Database): Promise<string[]> {
  const found = await database.query<{ name: string }>({
    text: `select format('%I.%I', nspname, relname) as name
      from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where relnamespace in (${namespaces}) and relkind = 'r' order by 1`,
  });
  return found.map(({ name }) => name);
}

/** Changes with every statement that defines or alters something in the schemas of the migrations. */
async function catalogOf(database: Database): Promise<string> {
  const [found] = await database.query<{ catalog: string }>({
    text: `
      with relations as (select oid, xmin from pg_class where relnamespace in (${namespaces})),
      entries as (
        select 'class' as kind, oid, 0 as part, xmin from relations
        union all select 'namespace', oid, 0, xmin from pg_namespace where oid in (${namespaces})
        union all select 'column', attrelid, attnum, xmin from pg_attribute where attrelid in (select oid from relations)
        union all select 'constraint', oid, 0, xmin from pg_constraint where connamespace in (${namespaces})
        union all select 'trigger', oid, 0, xmin from pg_trigger where tgrelid in (select oid from relations)
        union all select 'policy', oid, 0, xmin from pg_policy where polrelid in (select oid from relations)
        union all select 'function', oid, 0, xmin from pg_proc where pronamespace in (${namespaces})
        union all select 'type', oid, 0, xmin from pg_type where typnamespace in (${namespaces})
        union all select 'default', oid, 0, xmin from pg_attrdef where adrelid in (select oid from relations)
      )
      select md5(string_agg(concat_ws(' ', kind, oid, part, xmin), ',' order by kind, oid, part)) as catalog from entries`,
  });
  return found?.catalog ?? "";
}

async function dropRoles(database: Database): Promise<string> {
  const roles = await database.query<{ name: string }>({
    text: "select rolname as name from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres'",
  });
  return [
    "reset all",
    "unlisten *",
    ...roles.map(({ name }) => `drop owned by ${quoteName(name)}; drop role ${quoteName(name)}`),
  ].join(";\n");
}

async function dropSchemas(database: Database, kept: readonly string[]): Promise<string> {
  const schemas = await database.query<{ name: string }>({
    text: "select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
  });
  return [
    ...schemas.filter(({ name }) => !kept.includes(name)).map(({ name }) => `drop schema ${quoteName(name)} cascade`),
    "create schema public",
    "grant usage on schema public to public",
  ].join(";\n");
}
