import { instantText, quoteText, type Statement } from "@featstore/definitions/compiler";
import { EngineError } from "../engine-error";
import type { FillOptions, FillProgress, Run } from "../view-fills";
import { SparkError, type SparkProgress, type SparkSession, type StatementOptions } from "./connect/index";
import type { OpenSpark } from "./open-spark";
import { pathInSpark } from "./source-views";

/** A session on the cluster of an engine. */
export interface EngineSession {
  readonly engine: OpenSpark;
  readonly spark: SparkSession;
}

/** Lets Spark write the rows of a statement into a folder of the engine's bucket, as Parquet files. Errors: `engine_staging_unusable`. */
export async function writeRows(
  { engine, spark }: EngineSession,
  folder: string,
  { text, parameters }: Statement,
  options: StatementOptions,
): Promise<void> {
  const insert = `insert overwrite directory ${quoteText(pathInSpark(folder))} using parquet\n${text}`;
  try {
    await spark.run(insert, { ...options, parameters });
  } catch (error) {
    throw isRefusedIn(folder, error) ? refusedStaging(engine, error) : error;
  }
}

/** Does the same as of the time of a run, and reports how far it has come; the statement has the run's tag. */
export function writeRunRows(
  session: EngineSession,
  { token, asOf }: Run,
  folder: string,
  { text, parameters }: Statement,
  { onProgress, ...options }: FillOptions,
): Promise<void> {
  const statement = { text, parameters: [instantText(asOf), ...parameters] };
  const onStages = onProgress && ((progress: SparkProgress) => onProgress(fillProgress(progress)));
  return writeRows(session, folder, statement, {
    ...options,
    tag: `featstore-run-${token}`,
    ...(onStages && { onProgress: onStages }),
  });
}

function fillProgress({ stages, completedStages, tasks, completedTasks }: SparkProgress): FillProgress {
  return { stages, stagesDone: completedStages, tasks, tasksDone: completedTasks };
}

/** Returns the relation of the files of such a folder in DuckDB. */
export function writtenRows(folder: string): string {
  return `read_parquet(${quoteText(`${folder}/*.parquet`)}, hive_partitioning = false)`;
}

/** Spark names the path `s3a://bucket/key`, or the key alone. */
function isRefusedIn(folder: string, error: unknown): boolean {
  const key = folder.replace(/^s3:\/\/[^/]*\//, "");
  return error instanceof SparkError && error.code === "engine_source_failed" && error.detail.includes(key);
}

function refusedStaging({ name }: OpenSpark, cause: unknown): EngineError {
  return new EngineError(
    "engine_staging_unusable",
    `Spark of engine "${name}" cannot write results below engines.${name}.staging: check the credentials that the cluster has, and their rights to read, write and delete there.`,
    { cause },
  );
}
