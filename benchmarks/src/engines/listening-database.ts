import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPostgresDatabase } from "../../../server/src/database/postgres-database";
import { withDuckdb } from "../../../server/src/engine/duckdb/process/index";
import { featstore } from "../featstore-cli";
import type { ReferenceDatabase } from "../reference-database";
import type { DuckdbLimits } from "./bare-duckdb";
import { engineMemory, listening, openLake } from "./computed-view";
import type { SparkPlace } from "./spark-place";

const HOUR_MS = 3_600_000;
const TABLE = "benchmark_plays";
const COLUMNS = {
  play_id: "bigint primary key",
  listener_id: "bigint",
  played_at: "timestamptz",
  amount: "double precision",
  seconds: "integer",
  country: "text",
};

/**
 * Copies the plays into a table, writes the settings of the engines, and applies the views, with a cluster also its own. Returns the
 * environment of commands, which run in `folder`.
 */
export async function createListening(
  database: ReferenceDatabase,
  folder: string,
  limits: DuckdbLimits,
  spark: SparkPlace | null,
): Promise<Readonly<Record<string, string>>> {
  await copyPlays(database, folder, limits);
  const definitions = join(folder, "definitions");
  mkdirSync(definitions);
  const { inFiles, inTable, onCluster } = listening;
  const views = [inFiles, inTable, ...(spark === null ? [] : [onCluster])].map((view) =>
    JSON.stringify(view).replaceAll("s3://lake", spark?.root ?? ""),
  );
  const texts = views.map((view, index) => `export const view${index} = ${view};\n`);
  writeFileSync(join(definitions, "index.mjs"), texts.join(""));
  const environment = {
    ...database.environment,
    FEATSTORE_CONFIG: writeSettings(join(folder, "featstore.config.yaml"), folder, limits, spark),
    FEATSTORE_DEFINITIONS: join(definitions, "index.mjs"),
    FEATSTORE_DATA_DIR: join(folder, "data"),
    ...spark?.environment,
  };
  await featstore(["apply"], environment);
  return environment;
}

/** Writes settings with the lake's engine, whose root is `folder`, and the cluster's if there is one; returns the file. */
export function writeSettings(
  file: string,
  folder: string,
  limits: DuckdbLimits,
  spark: SparkPlace | null = null,
): string {
  const lake = { kind: "duckdb", roots: [folder], memory: engineMemory(limits), threads: limits.threads };
  const engines = { lake, ...(spark === null ? {} : { cluster: spark.settings }) };
  writeFileSync(file, JSON.stringify({ engines }));
  return file;
}

async function copyPlays({ sql, url }: ReferenceDatabase, folder: string, limits: DuckdbLimits): Promise<void> {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
  await sql.unsafe(`create table ${TABLE} (${columns.join(", ")})`);
  const target = createPostgresDatabase({ url });
  const options = { deadlineMs: HOUR_MS };
  try {
    await withDuckdb(openLake(folder, limits), options, (session) =>
      target.copyFrom(
        { table: `public.${TABLE}`, columns: Object.keys(COLUMNS) },
        session.stream(`select ${Object.keys(COLUMNS).join(", ")} from 'plays/*.parquet'`, "csv", options),
        options,
      ),
    );
  } finally {
    await target.close();
  }
  await sql.unsafe(`vacuum analyze ${TABLE}`);
}
