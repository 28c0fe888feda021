import { hasSqlState, quoteIdentifier, type SampleDatabase } from "./sample-database";
import { SampleError } from "./sample-error";

/** The shape of a sample's two tables. */
export interface SampleShape {
  readonly schema: string;
  /** pgvector's type, qualified and quoted: `"public"."vector"`; undefined without pgvector, and without embedding columns. */
  readonly vectorType: string | undefined;
  /** True if both tables have a `tenant_id`, first in their keys. */
  readonly tenants: boolean;
  /** True if `analysis_results` has an `ingested_at`. */
  readonly knownTime: boolean;
}

/** The prefix of every table comment of a sample; other tables belong to the user. */
const COMMENT_PREFIX = "Featstore sample data";
const TABLES = ["tracks", "analysis_results"] as const;

type SampleTable = (typeof TABLES)[number];

const qualified = (schema: string, name: string) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
const stagingName = (table: SampleTable) => `featstore_sample_${table}`;

/** Returns the staging table of a table, as a name for `copyFrom`. */
export const stagingTable = (shape: SampleShape, table: SampleTable) => `${shape.schema}.${stagingName(table)}`;

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
  return schema === undefined ? undefined : qualified(schema, "vector");
}

/** Throws `sample_table_exists` for a table that is not sample data (unless `replace`) and for any view of that name. */
export async function checkSampleTables(database: SampleDatabase, schema: string, replace: boolean): Promise<void> {
  const found = await database.query<{ name: string; kind: string; comment: string | null }>({
    text: `select c.relname as name, c.relkind::text as kind, obj_description(c.oid, 'pg_class') as comment
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1::text and c.relname in ('tracks', 'analysis_results')
order by c.relname`,
    parameters: [schema],
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

const vectorColumn = (shape: SampleShape, name: string, dimensions: number) =>
  shape.vectorType === undefined ? [] : [`${name} ${shape.vectorType}(${dimensions})`];

/** Creates empty staging tables and drops those of a killed load. */
export async function createStaging(database: SampleDatabase, shape: SampleShape): Promise<void> {
  const tenant = shape.tenants ? ["tenant_id text not null"] : [];
  // The reference database has `default now()`, which depends on the session's zone; the columns here are UTC.
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

export async function dropStaging(database: SampleDatabase, shape: SampleShape): Promise<void> {
  await database.query({ text: dropStagingText(shape.schema) });
}

/**
 * Replaces the sample's tables with the staged ones, with keys, indexes and id sequences, in one transaction: a reader sees
 * either all old or all new rows. Throws `sample_table_in_use` while views or other tables depend on the old ones. `origin`
 * is written into the table comments.
 */
export async function publishStaging(database: SampleDatabase, shape: SampleShape, origin: string): Promise<void> {
  const tracks = qualified(shape.schema, "tracks");
  const analyses = qualified(shape.schema, "analysis_results");
  const comment = `'${`${COMMENT_PREFIX}: ${origin}`.replaceAll("'", "''")}'`;
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
  // With tenants, ids repeat and need no sequence.
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
    if (hasSqlState(error, "2BP01")) {
      throw new SampleError(
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
