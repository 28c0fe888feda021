import { sparkFunctions, sparkSettings } from "@featstore/definitions/compiler";
import type { EngineSettings } from "../../core/index";
import type { CallOptions } from "../../database/index";
import { type OpenEngine, openEngine } from "../duckdb/process/index";
import { EngineError } from "../engine-error";
import { openSparkSession, SparkError, type SparkSession } from "./connect/index";
import { createLocateTable } from "./locate-table";

/** A Spark engine of the settings. DuckDB reads its files where no cluster is needed, and loads what Spark has computed. */
export interface OpenSpark {
  readonly name: string;
  readonly settings: EngineSettings;
  /** Where Spark writes results, `s3://bucket/prefix`. */
  readonly results: string;
  /** DuckDB over the same roots. */
  readonly files: OpenEngine;
  /** How long the tasks of a statement may wait for an executor. */
  readonly busyMs: number;
}

/** As long as a cluster may take to start executors. */
const BUSY_MS = 10 * 60_000;

/** Settings of a run besides those of compiled SQL: DuckDB reads the Parquet files that Spark writes. */
const writing = {
  "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
  "spark.sql.parquet.compression.codec": "zstd",
};

/** Opens an engine: `openSpark("lake", config.engines.lake)`. Starts nothing. */
export function openSpark(name: string, settings: EngineSettings): OpenSpark {
  if (settings.results === null) throw new TypeError(`The engine ${name} is no Spark engine`);
  const locateTable = createLocateTable({ engine: name, url: urlOf(settings) });
  const files = openEngine(name, settings, { locateTable });
  return { name, settings, results: settings.results, files, busyMs: BUSY_MS };
}

/**
 * Runs an operation in a session of its own on the engine's cluster, which can run compiled SQL.
 * Errors: those of `openSparkSession` and its sessions; `engine_lost` if the server no longer has the session.
 *
 * @example await withSpark(lake, { deadlineMs: 60_000 }, (spark) => spark.rows("select 1 as one"))
 */
export async function withSpark<Result>(
  { name, settings, busyMs }: OpenSpark,
  options: CallOptions,
  body: (spark: SparkSession) => Promise<Result>,
): Promise<Result> {
  const own = { ...sparkSettings, ...writing };
  const spark = await openSparkSession({ engine: name, url: urlOf(settings), settings: own, busyMs, ...options });
  try {
    await createFunctions(name, spark, options);
    return await body(spark);
  } catch (error) {
    throw isLost(error) ? lostBetweenStatements(name, error) : error;
  } finally {
    await spark.close();
  }
}

function urlOf({ url }: EngineSettings): string {
  return url?.reveal() ?? "";
}

/** Between two statements, a server that was restarted no longer has the session, and one that ended does not answer. */
function isLost(error: unknown): boolean {
  return error instanceof EngineError && ["engine_session_expired", "engine_unavailable"].includes(error.code);
}

function lostBetweenStatements(engine: string, cause: unknown): EngineError {
  const reason = cause instanceof EngineError ? ` ${cause.detail}` : "";
  return new EngineError("engine_lost", `Engine "${engine}" lost the session of an operation.${reason}`, { cause });
}

async function createFunctions(engine: string, spark: SparkSession, options: CallOptions): Promise<void> {
  try {
    for (const statement of sparkFunctions) await spark.run(statement, options);
  } catch (error) {
    if (!(error instanceof SparkError)) throw error;
    const { "spark.sql.extensions": extensions } = await spark.get(["spark.sql.extensions"], options);
    if (extensions === null || extensions === undefined) throw error;
    throw new EngineError(
      "engine_setting_refused",
      `The server of engine "${engine}" takes no functions of a session, maybe because of spark.sql.extensions = ${extensions}. The parser of Iceberg's extensions refuses them, and reading Iceberg tables needs no extensions: start a server without them.`,
      { cause: error },
    );
  }
}
