import type { Database } from "../../database/database";
import { DatabaseError } from "../../database/database-error";
import { quoteIdentifier } from "../../database/sql-text";
import { FeatstoreError } from "../../errors";

/** What the two tables of a sample look like. */
export interface SampleShape {
  readonly schema: string;
  /** pgvector's type, qualified and quoted, as in `"public"."vector"`; undefined where there is no pgvector: no embedding columns then. */
  readonly vectorType: string | undefined;
  /** A `tenant_id` on both tables, first in their keys. */
  readonly tenants: boolean;
  /** An `ingested_at` on `analysis_results`. */
  readonly knownTime: boolean;
}

/** What every table comment of a sample begins with; a table without it is somebody's own. */
const OURS = "Featstore sample data";
const TABLES = ["tracks", "analysis_results"] as const;

type SampleTable = (typeof TABLES)[number];

const qualified = (schema: string, name: string) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
const stagingName = (table: SampleTable) => `featstore_sample_${table}`;

/** Where a table's rows are copied to before they are published, in the form that `copyFrom` takes. */
export const stagingTable = (shape: SampleShape, table: SampleTable) => `${shape.schema}.${stagingName(table)}`;

/** pgvector's type if the extension is there or can be created, qualified and quoted. */
export async function findVectorType(database: Database): Promise<string | undefined> {
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
      // Without the privilege the sample is loaded without embeddings, which its result says.
      await database.query({ text: "create extension if not exists vector" }).catch((error: unknown) => {
        if (!(error instanceof DatabaseError) || error.sqlState !== "42501") throw error;
      });
      schema = await schemaOf();
    }
  }
  return schema === undefined ? undefined : qualified(schema, "vector");
}

/** Refuses to touch tables that are not ours, with `sample_table_exists`; a view of that name always, a table unless `replace`. */
export async function checkSampleTables(database: Database, schema: string, replace: boolean): Promise<void> {
  const found = await database.query<{ name: string; kind: string; comment: string | null }>({
    text: `select c.relname as name, c.relkind::text as kind, obj_description(c.oid, 'pg_class') as comment
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1::text and c.relname in ('tracks', 'analysis_results')
order by c.relname`,
    parameters: [schema],
  });
  for (const { name, kind, comment } of found) {
    if (comment?.startsWith(OURS)) continue;
    const what = `${schema}.${name}`;
    if (kind !== "r" && kind !== "p") {
      throw new FeatstoreError(
        "sample_table_exists",
        `${what} exists and is no table; load the sample into another database.`,
      );
    }
    if (!replace) {
      throw new FeatstoreError(
        "sample_table_exists",
        `${what} exists and is not sample data. Load the sample into another database, or replace the table and lose its rows.`,
      );
    }
  }
}

const vectorColumn = (shape: SampleShape, name: string, dimensions: number) =>
  shape.vectorType === undefined ? [] : [`${name} ${shape.vectorType}(${dimensions})`];

/** (Re-)creates the empty staging tables; what a killed load left behind is dropped. */
export async function createStaging(database: Database, shape: SampleShape): Promise<void> {
  const tenant = shape.tenants ? ["tenant_id text not null"] : [];
  // The reference database says `default now()`, which without a zone would follow the session's; the columns are UTC.
  const createdAt = "created_at timestamp default (now() at time zone 'utc')";
  const columns: Record<SampleTable, readonly string[]> = {
    tracks: [
      ...tenant,
      "id integer not null",
      "title varchar(500)",
      "artist varchar(200)",
      "lyrics text",
      "url varchar(500)",
      createdAt,
      "spotify_data jsonb",
      "audio_features jsonb",
      ...vectorColumn(shape, "lyrics_embedding", 384),
      ...vectorColumn(shape, "audio_embedding", 128),
    ],
    analysis_results: [
      ...tenant,
      "id integer not null",
      "track_id integer",
      "analyzer_type varchar(50)",
      "sentiment varchar",
      "confidence numeric",
      "themes text",
      "analysis_data jsonb",
      createdAt,
      "complexity_score numeric",
      "processing_time_ms integer",
      "model_version varchar",
      ...vectorColumn(shape, "analysis_embedding", 256),
      ...(shape.knownTime ? ["ingested_at timestamp"] : []),
    ],
  };
  const create = TABLES.map(
    (table) => `create table ${qualified(shape.schema, stagingName(table))} (\n  ${columns[table].join(",\n  ")}\n)`,
  );
  await database.script(`${dropStagingText(shape.schema)};\n${create.join(";\n")};`);
}

const dropStagingText = (schema: string) =>
  `drop table if exists ${TABLES.map((table) => qualified(schema, stagingName(table))).join(", ")}`;

export async function dropStaging(database: Database, shape: SampleShape): Promise<void> {
  await database.query({ text: dropStagingText(shape.schema) });
}

/**
 * Puts the staged tables in the place of the sample's tables, with keys, indexes and id sequences, in one transaction:
 * a reader sees all of the old or all of the new. Refuses with `sample_table_in_use` while views or other tables depend on
 * the old ones. `origin` says in the table comments where the data came from.
 */
export async function publishStaging(database: Database, shape: SampleShape, origin: string): Promise<void> {
  const tracks = qualified(shape.schema, "tracks");
  const analyses = qualified(shape.schema, "analysis_results");
  const comment = `'${`${OURS}: ${origin}`.replaceAll("'", "''")}'`;
  const tenant = shape.tenants ? "tenant_id, " : "";
  const statements = TABLES.toReversed().map((table) => `drop table if exists ${qualified(shape.schema, table)}`);
  for (const table of TABLES) {
    const staged = qualified(shape.schema, stagingName(table));
    statements.push(
      `alter table ${staged} rename to ${quoteIdentifier(table)}`,
      `alter table ${qualified(shape.schema, table)} add primary key (${tenant}id)`,
      `comment on table ${qualified(shape.schema, table)} is ${comment}`,
    );
  }
  statements.push(
    `alter table ${analyses} add foreign key (${tenant}track_id) references ${tracks} (${tenant}id)`,
    `create index on ${analyses} (${tenant}track_id)`,
    `create index on ${analyses} (created_at)`,
  );
  // Ids of several tenants are not one sequence's.
  for (const table of shape.tenants ? [] : TABLES) {
    const name = qualified(shape.schema, table);
    const sequence = qualified(shape.schema, `${table}_id_seq`);
    const literal = `'${sequence.replaceAll("'", "''")}'`;
    statements.push(
      `create sequence ${sequence} as integer owned by ${name}.id`,
      `select setval(${literal}, coalesce((select max(id) from ${name}), 0) + 1, false)`,
      `alter table ${name} alter column id set default nextval(${literal})`,
    );
  }
  try {
    await database.script(`${statements.join(";\n")};`);
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlState === "2BP01") {
      throw new FeatstoreError(
        "sample_table_in_use",
        `Other tables or views depend on ${shape.schema}.tracks or ${shape.schema}.analysis_results; drop them first.`,
        { cause: error },
      );
    }
    throw error;
  }
  for (const table of [tracks, analyses]) {
    await database.query({ text: `analyze ${table}` });
  }
}
