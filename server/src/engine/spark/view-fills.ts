import { columnsOf, type FeatureView, instantText, quoteText } from "@featstore/definitions/compiler";
import type { CallOptions, Database } from "../../database/index";
import { HOUR_MS } from "../call-function";
import { copyTexts } from "../duckdb/copy-text";
import { createRunLoader } from "../duckdb/load-rows";
import { sweepOperations, withDuckdb } from "../duckdb/process/index";
import { readFiles } from "../duckdb/read-files";
import { readsOf, withSources } from "../duckdb/with-sources";
import { EngineError } from "../engine-error";
import type { FilledTable, FillProgress, Run, ViewFills } from "../view-fills";
import { SparkError, type SparkProgress } from "./connect/index";
import { type OpenSpark, withSpark } from "./open-spark";
import { createResultFolders } from "./result-folders";
import { filesViewsOf, pathInSpark, tableViewsOf } from "./source-views";

/**
 * Fills the tables of runs of views whose sources are on a Spark engine: Spark writes their rows as Parquet files into the engine's bucket,
 * DuckDB loads these into PostgreSQL as texts, and the files are removed.
 */
export function createViewFills(
  database: Database,
  engine: OpenSpark,
): Pick<ViewFills, "fill" | "findChanges" | "sweepStaging"> {
  const folders = createResultFolders(database, engine);

  return {
    async fill(run, { view, sql, parameters }, { onProgress, ...callOptions } = {}): Promise<FilledTable> {
      const options = { deadlineMs: HOUR_MS, ...callOptions };
      const { files, tables } = await readState(engine, view, options);
      const folder = await folders.create(run, options);
      try {
        const rows = `${folder.path}/rows`;
        await withSpark(engine, options, async (spark) => {
          for (const text of [...filesViewsOf(engine, [view]), ...tableViewsOf(tables)]) await spark.run(text, options);
          await spark.run(`insert overwrite directory ${quoteText(pathInSpark(rows))} using parquet\n${sql}`, {
            ...options,
            tag: tagOf(run),
            ...(onProgress === undefined ? {} : { onProgress: (progress) => onProgress(fillProgress(progress)) }),
            parameters: [instantText(run.asOf), ...parameters],
          });
        });
        return await withDuckdb(engine.files, { ...options, folders: [folder.path] }, async (session) => {
          const written = `read_parquet(${quoteText(`${rows}/*.parquet`)}, hive_partitioning = false)`;
          const text = `select ${copyTexts(columnsOf(view))} from ${written}`;
          const loader = createRunLoader(database, run, view, options);
          return loader.loadRows({ engine: engine.name, files, tables }, [session.stream(text, "csv", options)]);
        });
      } catch (error) {
        throw isRefusedIn(folder.path, error) ? refusedStaging(engine, error) : error;
      } finally {
        await folder.remove();
      }
    },

    findChanges: async (_views, { asOf }) => ({
      asOf,
      lease: null,
      fill: async (run, { view }, callOptions) => {
        const full = "source_is_no_table";
        const loader = createRunLoader(database, run, view, { deadlineMs: HOUR_MS, ...callOptions });
        return { full: (await loader.beginChanges({ full })) ?? full };
      },
      drop: async () => undefined,
    }),

    async sweepStaging(liveTokens) {
      const operations = await sweepOperations(engine.files.settings.staging);
      return [...operations, ...(await folders.sweep(liveTokens))];
    },
  };
}

/** Names the statement of a run on the cluster. */
function tagOf({ token }: Run): string {
  return `featstore-run-${token}`;
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

function fillProgress({ stages, completedStages, tasks, completedTasks }: SparkProgress): FillProgress {
  return { stages, stagesDone: completedStages, tasks, tasksDone: completedTasks };
}

/** Reads what the sources of a view consist of: a list of files, and the snapshots of tables. */
function readState(engine: OpenSpark, view: FeatureView, options: CallOptions) {
  const callOptions = { ...options, isShort: true };
  return withSources(engine.files, readsOf([view]), callOptions, async (session, tables) => ({
    files: await readFiles(session, view, options),
    tables,
  }));
}
