import { columnsOf } from "@featstore/definitions/compiler";
import type { Database } from "../../database/index";
import { HOUR_MS } from "../call-function";
import { copyTexts } from "../duckdb/copy-text";
import { createRunLoader } from "../duckdb/load-rows";
import { sweepOperations, withDuckdb } from "../duckdb/process/index";
import type { FilledTable, ViewFills } from "../view-fills";
import { fillChanges } from "./fill-changes";
import { type OpenSpark, withSpark } from "./open-spark";
import { createResultFolders } from "./result-folders";
import { readState } from "./source-state";
import { filesViewsOf, tableViewsOf } from "./source-views";
import { writeRunRows, writtenRows } from "./write-rows";

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
          const statement = { text: sql, parameters };
          await writeRunRows({ engine, spark }, run, rows, statement, {
            ...options,
            ...(onProgress && { onProgress }),
          });
        });
        return await withDuckdb(engine.files, { ...options, folders: [folder.path] }, async (session) => {
          const text = `select ${copyTexts(columnsOf(view))} from ${writtenRows(rows)}`;
          const loader = createRunLoader(database, run, view, options);
          return loader.loadRows({ engine: engine.name, files, tables }, [session.stream(text, "csv", options)]);
        });
      } finally {
        await folder.remove();
      }
    },

    findChanges: async (_views, { asOf }) => ({
      asOf,
      lease: null,
      fill: (run, applied, options) =>
        fillChanges({ database, engine, folders, fillOptions: { deadlineMs: HOUR_MS, ...options } }, run, applied),
      drop: async () => undefined,
    }),

    async sweepStaging(liveTokens) {
      const operations = await sweepOperations(engine.files.settings.staging);
      return [...operations, ...(await folders.sweep(liveTokens))];
    },
  };
}
