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
}

/** Settings of a run besides those of compiled SQL: DuckDB reads the Parquet files that Spark writes. */
const writing = {
  "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
  "spark.sql.parquet.compression.codec": "zstd",
};

/** Opens an engine: `openSpark("lake", config.engines.lake)`. Starts nothing. */
export function openSpark(name: string, settings: EngineSettings): OpenSpark {
  if (settings.results === null) throw new TypeError(`The engine ${name} is no Spark engine`);
  const locateTable = createLocateTable({ engine: name, url: urlOf(settings) });
  return { name, settings, results: settings.results, files: openEngine(name, settings, { locateTable }) };
}

/**
 * Runs an operation in a session of its own on the engine's cluster, which can run compiled SQL.
 * Errors: those of `openSparkSession` and its sessions.
 *
 * @example await withSpark(lake, { deadlineMs: 60_000 }, (spark) => spark.rows("select 1 as one"))
 */
export async function withSpark<Result>(
  { name, settings }: OpenSpark,
  options: CallOptions,
  body: (spark: SparkSession) => Promise<Result>,
): Promise<Result> {
  const url = urlOf(settings);
  const spark = await openSparkSession({ engine: name, url, settings: { ...sparkSettings, ...writing }, ...options });
  try {
    await createFunctions(name, spark, options);
    return await body(spark);
  } finally {
    await spark.close();
  }
}

function urlOf({ url }: EngineSettings): string {
  return url?.reveal() ?? "";
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
