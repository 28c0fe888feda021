import { join } from "node:path";
import { createPostgresDatabase } from "../../../server/src/database/postgres-database";
import { copyTexts } from "../../../server/src/engine/duckdb/copy-text";
import { withDuckdb } from "../../../server/src/engine/duckdb/process/index";
import { quote } from "../compare-tables";
import { timed } from "../measurement";
import type { ReferenceDatabase, Sql } from "../reference-database";
import { bareDuckdb, type DuckdbLimits } from "./bare-duckdb";
import { listeningColumns, openLake } from "./computed-view";
import { besideBackends } from "./watch-backends";
import { watchProcesses } from "./watch-processes";

export interface Load {
  readonly milliseconds: number;
  /** Of PostgreSQL's, DuckDB's and, for ours, this process; null if PostgreSQL is on another machine. */
  readonly processorMs: number | null;
}

export interface LoadOptions extends DuckdbLimits {
  readonly database: ReferenceDatabase;
  /** The folder in which the view's rows were staged. */
  readonly folder: string;
  /** The table to create. */
  readonly table: string;
}

const STAGED = "ours/rows/*.parquet";
const HOUR_MS = 3_600_000;

/** Loads the staged rows as a run of the engine does: DuckDB's CSV through a named pipe into COPY. */
export async function loadOurs({ database, folder, table, ...limits }: LoadOptions): Promise<Load> {
  await createTable(database.sql, table);
  const target = createPostgresDatabase({ url: database.url });
  const options = { deadlineMs: HOUR_MS };
  const columns = listeningColumns();
  const names = columns.map(({ name }) => name);
  const query = `select ${copyTexts(columns)} from read_parquet('${join(folder, STAGED)}', hive_partitioning = false)`;
  try {
    return await withDuckdb(
      openLake(folder, limits),
      { ...options, folders: [join(folder, "ours")] },
      async (session) => {
        const { result, backendMs } = await besideBackends(database.sql, async () => {
          const own = watchProcesses(process.pid);
          const { milliseconds } = await timed(() =>
            target.copyFrom({ table, columns: names }, session.stream(query, "csv", options), options),
          );
          return { milliseconds, processorMs: own.stop().processorMs };
        });
        return withBackends(result, backendMs);
      },
    );
  } finally {
    await target.close();
  }
}

/** Loads the same rows with DuckDB's own binary COPY. `extensions`: the folder with its extension for PostgreSQL. */
export async function loadFloor(
  { database, folder, table, ...limits }: LoadOptions,
  extensions: string,
): Promise<Load> {
  await createTable(database.sql, table);
  const { result, backendMs } = await besideBackends(database.sql, () =>
    bareDuckdb({
      ...limits,
      folder,
      extensions: [join(extensions, "postgres_scanner.duckdb_extension")],
      prepare: [`attach '${database.url}' as target (type postgres)`],
      statement: `insert into target.${table} select * from read_parquet('${STAGED}', hive_partitioning = false)`,
    }),
  );
  return withBackends(result, backendMs);
}

function withBackends(
  load: { readonly milliseconds: number; readonly processorMs: number },
  backendMs: number | null,
): Load {
  return { milliseconds: load.milliseconds, processorMs: backendMs === null ? null : load.processorMs + backendMs };
}

async function createTable(sql: Sql, table: string): Promise<void> {
  const columns = listeningColumns().map(({ name, databaseType }) => `${quote(name)} ${databaseType}`);
  await sql.unsafe(`drop table if exists ${table}; create table ${table} (${columns.join(", ")})`);
}
