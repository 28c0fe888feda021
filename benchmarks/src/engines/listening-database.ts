import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPostgresDatabase } from "../../../server/src/database/postgres-database";
import { withDuckdb } from "../../../server/src/engine/duckdb/process/index";
import { featstore } from "../featstore-cli";
import type { ReferenceDatabase } from "../reference-database";
import type { DuckdbLimits } from "./bare-duckdb";
import { engineMemory, listening, openLake } from "./computed-view";

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
 * Copies the plays into a table, writes the settings of the lake's engine, and applies both views. Returns the environment of
 * commands, which run in `folder`.
 */
export async function createListening(
  database: ReferenceDatabase,
  folder: string,
  limits: DuckdbLimits,
): Promise<Readonly<Record<string, string>>> {
  await copyPlays(database, folder, limits);
  const definitions = join(folder, "definitions");
  mkdirSync(definitions);
  const views = Object.values(listening).map((view, index) => `export const view${index} = ${JSON.stringify(view)};\n`);
  writeFileSync(join(definitions, "index.mjs"), views.join(""));
  const environment = {
    ...database.environment,
    FEATSTORE_CONFIG: writeSettings(join(folder, "featstore.config.yaml"), folder, limits),
    FEATSTORE_DEFINITIONS: join(definitions, "index.mjs"),
    FEATSTORE_DATA_DIR: join(folder, "data"),
  };
  await featstore(["apply"], environment);
  return environment;
}

/** Writes settings with the lake's engine, whose root is `folder`, and returns the file. */
export function writeSettings(file: string, folder: string, limits: DuckdbLimits): string {
  const lake = { kind: "duckdb", roots: [folder], memory: engineMemory(limits), threads: limits.threads };
  writeFileSync(file, JSON.stringify({ engines: { lake } }));
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
