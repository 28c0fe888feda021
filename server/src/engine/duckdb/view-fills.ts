import type { CallOptions, Database } from "../../database/index";
import type { AppliedView } from "../applied-view";
import { HOUR_MS } from "../call-function";
import type { FilledTable, Run, ViewFills } from "../view-fills";
import { fillChanges } from "./fill-changes";
import { createRunLoader } from "./load-rows";
import type { OpenEngine } from "./process/index";
import { readFiles } from "./read-files";
import { createRunFolders } from "./run-folders";
import { computeRows, type Staging } from "./staged-rows";
import { readsOf, withSources } from "./with-sources";

/**
 * Fills the tables of runs of views whose sources are on a DuckDB engine: computes the rows into Parquet files in a staging folder,
 * loads them into PostgreSQL as texts, and removes the folder. The rows never become objects of this process. DuckDB works on more than
 * its memory holds, so nothing is computed in chunks.
 */
export function createViewFills(
  database: Database,
  engine: OpenEngine,
): Pick<ViewFills, "fill" | "findChanges" | "sweepStaging"> {
  const folders = createRunFolders(database, engine);

  /** Runs the body in a session that reads the view's sources and may write the run's folder. */
  async function inFolder<Result>(
    run: Run,
    { view, sql }: AppliedView,
    callOptions: CallOptions | undefined,
    body: (staging: Staging) => Promise<Result>,
  ): Promise<Result> {
    const options = { deadlineMs: HOUR_MS, ...callOptions };
    const folder = await folders.create(run, options);
    try {
      const reads = { ...readsOf([view]), stored: [sql] };
      return await withSources(engine, reads, { ...options, folders: [folder.path] }, (session) =>
        body({ database, session, folder: folder.path, options }),
      );
    } finally {
      await folder.remove();
    }
  }

  return {
    fill: (run, applied, callOptions) =>
      inFolder(run, applied, callOptions, async (staging): Promise<FilledTable> => {
        const { session, options } = staging;
        const { view, sql, parameters } = applied;
        const files = await readFiles(session, view, options);
        const loads = await computeRows(staging, run, view, { text: sql, parameters });
        return createRunLoader(database, run, view, options).loadRows({ engine: engine.name, files }, loads);
      }),

    // Each run finds its own changes, so that it reads its sources once, as of its own time.
    findChanges: async (_views, { asOf }) => ({
      asOf,
      lease: null,
      fill: (run, applied, callOptions) =>
        inFolder(run, applied, callOptions, (staging) => fillChanges(engine, staging, run, applied)),
      drop: async () => undefined,
    }),

    sweepStaging: (liveTokens) => folders.sweep(liveTokens),
  };
}
