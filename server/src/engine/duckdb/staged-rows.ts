import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { columnsOf, type FeatureView, instantText, quoteText, type Statement } from "@featstore/definitions/compiler";
import type { CallOptions, Database } from "../../database/index";
import { EngineError } from "../engine-error";
import type { Run } from "../view-fills";
import { copyTexts } from "./copy-text";
import type { RowLoads } from "./load-rows";
import type { DuckdbSession } from "./process/index";

/** More would keep the embedded database, which has one backend, busy for minutes. */
const MAX_EMBEDDED_ROWS = 1_000_000;

/** Rows of one file of the staging folder, and so of one load into the embedded database: heartbeats run in between. */
const ROWS_PER_FILE = 122_880;

/** The form of staged files. In a dictionary of DuckDB, −0 becomes the 0 that it is equal to (duckdb/duckdb#25781). */
export const STAGED_FORMAT = "format parquet, dictionary_size_limit 0";

/** A session of a run, and the run's staging folder. */
export interface Staging {
  readonly database: Database;
  readonly session: DuckdbSession;
  readonly folder: string;
  readonly options: CallOptions;
}

/** Writes the rows of a query as of the run's time into the staging folder, and returns how they are loaded. */
export async function computeRows(
  { database, session, folder, options }: Staging,
  run: Run,
  view: FeatureView,
  { text, parameters }: Statement,
): Promise<RowLoads> {
  const rows = join(folder, "rows");
  await session.run(
    `copy (\n${text}\n) to ${quoteText(rows)} (${STAGED_FORMAT}, per_thread_output, row_group_size ${ROWS_PER_FILE}, row_groups_per_file 1)`,
    { ...options, parameters: [instantText(run.asOf), ...parameters] },
  );
  const columns = copyTexts(columnsOf(view));
  const load = (name: string) => session.stream(`select ${columns} from ${staged(rows, name)}`, "csv", options);
  if (database.kind === "postgres") return [load("*.parquet")];
  const count = `select count(*) as rows from ${staged(rows, "*.parquet")}`;
  const [counted] = await session.rows<{ rows: string }>(count, options);
  if (Number(counted?.rows) > MAX_EMBEDDED_ROWS) throw tooManyRows(counted?.rows ?? "");
  return loadsOf((await readdir(rows)).sort(), load);
}

function* loadsOf(names: readonly string[], load: (name: string) => AsyncIterable<Uint8Array>): RowLoads {
  for (const name of names) yield load(name);
}

/** The rows of staged files. DuckDB would take a folder such as `year=2026` in the path for a column. */
function staged(folder: string, name: string): string {
  return `read_parquet(${quoteText(join(folder, name))}, hive_partitioning = false)`;
}

function tooManyRows(rows: string): EngineError {
  return new EngineError(
    "engine_rows_exceed_embedded",
    `The view has ${rows} rows, and the embedded database takes at most ${MAX_EMBEDDED_ROWS.toLocaleString("en")} from an engine: set DATABASE_URL to a PostgreSQL server.`,
  );
}
