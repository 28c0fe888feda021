import { quoteName, quoteTable } from "@featstore/definitions/compiler";
import { hasSqlState, type SampleDatabase } from "./sample-database";
import { SampleError } from "./sample-error";

/** One table of a sample. Every table has an integer `id`, its key, which its `columns` leave out. */
export interface SampleTable {
  readonly name: string;
  /** Columns as in `create table`: `title text not null`. */
  readonly columns: readonly string[];
  /** A column that holds ids of an earlier table. */
  readonly references?: { readonly column: string; readonly table: string };
  /** Columns that get an index of their own, besides the keys. */
  readonly indexes?: readonly string[];
}

/** The tables of one sample, in the order in which they can be created, and how they are stored. */
export interface SampleShape {
  readonly schema: string;
  readonly tables: readonly SampleTable[];
  /** True if all tables have a `tenant_id`, first in their keys. */
  readonly tenants: boolean;
}

/** The prefix of every table comment of a sample; other tables belong to the user. */
const COMMENT_PREFIX = "Featstore sample data";

const stagingName = (table: string) => `featstore_sample_${table}`;

/** Returns the staging table of a table, as a name for `copyFrom`. */
export const stagingTable = (shape: SampleShape, table: string) => `${shape.schema}.${stagingName(table)}`;

/** Finds pgvector's type, qualified and quoted, if the extension exists or can be created. */
export async function findVectorType(database: SampleDatabase): Promise<string | undefined> {
  const schemaOf = async () => {
    const rows = await database.query<{ schema: string }>({
      text: "select n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'vector'",
    });
    return rows[0]?.schema;
  };
  let schema = await schemaOf();
  if (schema === undefined) {
    const available = await database.query({ text: "select name from pg_available_extensions where name = 'vector'" });
    if (available.length > 0) {
      // Without the privilege, the sample is loaded without embeddings, as its result shows.
      await database.query({ text: "create extension if not exists vector" }).catch((error: unknown) => {
        if (!hasSqlState(error, "42501")) throw error;
      });
      schema = await schemaOf();
    }
  }
  return schema === undefined ? undefined : quoteTable(schema, "vector");
}

/** Throws `sample_table_exists` for a table that is not sample data (unless `replace`) and for any view of that name. */
export async function checkSampleTables(
  database: SampleDatabase,
  { schema, tables }: SampleShape,
  replace: boolean,
): Promise<void> {
  const found = await database.query<{ name: string; kind: string; comment: string | null }>({
    text: `select c.relname as name, c.relkind::text as kind, obj_description(c.oid, 'pg_class') as comment
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1::text and c.relname in (select jsonb_array_elements_text($2::jsonb))
order by c.relname`,
    parameters: [schema, JSON.stringify(tables.map(({ name }) => name))],
  });
  for (const { name, kind, comment } of found) {
    if (comment?.startsWith(COMMENT_PREFIX)) continue;
    const what = `${schema}.${name}`;
    if (kind !== "r" && kind !== "p") {
      throw new SampleError(
        "sample_table_exists",
        `${what} exists and is not a table; load the sample into another database.`,
      );
    }
    if (!replace) {
      throw new SampleError(
        "sample_table_exists",
        `${what} exists and is not sample data. Load the sample into another database, or replace the table and lose its rows.`,
      );
    }
  }
}

/** A column for embeddings as in `create table`; none without pgvector. */
export const vectorColumn = (vectorType: string | undefined, name: string, dimensions: number): readonly string[] =>
  vectorType === undefined ? [] : [`${name} ${vectorType}(${dimensions})`];

/** Creates empty staging tables and drops those of a killed load. */
export async function createStaging(database: SampleDatabase, shape: SampleShape): Promise<void> {
  const key = [...(shape.tenants ? ["tenant_id text not null"] : []), "id integer not null"];
  const create = shape.tables.map(
    ({ name, columns }) =>
      `create table ${quoteTable(shape.schema, stagingName(name))} (\n  ${[...key, ...columns].join(",\n  ")}\n)`,
  );
  await database.script(`${dropStagingText(shape)};\n${create.join(";\n")};`);
}

const dropStagingText = ({ schema, tables }: SampleShape) =>
  `drop table if exists ${tables.map(({ name }) => quoteTable(schema, stagingName(name))).join(", ")}`;

export async function dropStaging(database: SampleDatabase, shape: SampleShape): Promise<void> {
  await database.query({ text: dropStagingText(shape) });
}

/**
 * Replaces the sample's tables with the staged ones, with keys, indexes and id sequences, in one transaction: a reader sees
 * either all old or all new rows. Throws `sample_table_in_use` while views or other tables depend on the old ones. `origin`
 * is written into the table comments.
 */
export async function publishStaging(database: SampleDatabase, shape: SampleShape, origin: string): Promise<void> {
  const { schema, tables } = shape;
  const comment = `'${`${COMMENT_PREFIX}: ${origin}`.replaceAll("'", "''")}'`;
  const tenant = shape.tenants ? "tenant_id, " : "";
  const statements = tables.toReversed().map(({ name }) => `drop table if exists ${quoteTable(schema, name)}`);
  for (const { name, references, indexes = [] } of tables) {
    const table = quoteTable(schema, name);
    statements.push(
      `alter table ${quoteTable(schema, stagingName(name))} rename to ${quoteName(name)}`,
      `alter table ${table} add primary key (${tenant}id)`,
      `comment on table ${table} is ${comment}`,
    );
    if (references !== undefined)
      statements.push(
        `alter table ${table} add foreign key (${tenant}${references.column}) references ${quoteTable(schema, references.table)} (${tenant}id)`,
        `create index on ${table} (${tenant}${references.column})`,
      );
    for (const column of indexes) statements.push(`create index on ${table} (${column})`);
    // With tenants, ids repeat and need no sequence.
    if (!shape.tenants) statements.push(...sequenceStatements(schema, name));
  }
  try {
    await database.script(`${statements.join(";\n")};`);
  } catch (error) {
    if (hasSqlState(error, "2BP01")) {
      const names = tables.map(({ name }) => `${schema}.${name}`).join(" or ");
      throw new SampleError("sample_table_in_use", `Other tables or views depend on ${names}; drop them first.`, {
        cause: error,
      });
    }
    throw error;
  }
  for (const { name } of tables) {
    await database.query({ text: `analyze ${quoteTable(schema, name)}` });
  }
}

/** Gives new rows the ids after the sample's. */
function sequenceStatements(schema: string, name: string): readonly string[] {
  const table = quoteTable(schema, name);
  const sequence = quoteTable(schema, `${name}_id_seq`);
  const literal = `'${sequence.replaceAll("'", "''")}'`;
  return [
    `create sequence ${sequence} as integer owned by ${table}.id`,
    `select setval(${literal}, coalesce((select max(id) from ${table}), 0) + 1, false)`,
    `alter table ${table} alter column id set default nextval(${literal})`,
  ];
}
