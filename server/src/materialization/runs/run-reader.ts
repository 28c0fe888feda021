import { instantText } from "@featstore/definitions/compiler";
import { refuseStoreFault } from "../../database/index";
import type { DocumentOf } from "../../http/index";
import { hidesCounts, type RegistryReader, readableSnapshot, type ServedRegistry } from "../../registry/index";
import { type RunFilter, runQuery } from "./run-query";
import type { Run, RunList } from "./run-schema";
import type { ListedRun, RunStore } from "./run-store";

/** Reads runs for the API. */
export interface RunReader {
  /**
   * Lists a page of runs of the views that the reader may read, newest first. For a reader with
   * a tenant, runs of views with tenants have no counts, since those cover all tenants. Errors: those of `runQuery`, `store_unavailable`,
   * `store_timeout`, `overloaded`.
   */
  list(request: RunFilter, reader: RegistryReader): Promise<DocumentOf<typeof RunList>>;
}

const DEADLINE_MS = 5_000;

export function createRunReader(registry: ServedRegistry, store: RunStore): RunReader {
  return {
    async list(request, { tenant, grants }) {
      const snapshot = readableSnapshot(registry.current().snapshot, grants, "registry:read");
      const views = snapshot.restriction === undefined ? {} : { views: [...snapshot.featureViews.keys()] };
      const filter = runQuery(snapshot, request);
      // One extra row shows whether there is another page.
      const runs = await store
        .list({ ...filter, ...views, limit: filter.limit + 1 }, { deadlineMs: DEADLINE_MS })
        .catch(refuseStoreFault);
      const shown = runs.slice(0, filter.limit);
      const next = runs.length > filter.limit ? (shown.at(-1)?.runId ?? null) : null;
      const documentOf = (run: ListedRun) => {
        const registered = snapshot.featureViews.get(run.view)?.versions.get(run.version);
        // A removed version may have had tenants.
        const isHidden = registered === undefined ? tenant !== null : hidesCounts(registered.view, tenant);
        return isHidden ? runDocumentWithoutCounts(run) : runDocument(run);
      };
      return { runs: shown.map(documentOf), next };
    },
  };
}

/** Builds the public document of a run: without entity keys and without messages that may contain one. */
export function runDocument(run: ListedRun): DocumentOf<typeof Run> {
  return {
    run_id: run.runId,
    view: run.view,
    version: run.version,
    generation: run.generation,
    state: run.state,
    kind: run.kind,
    recomputed: run.recomputed,
    why_full: run.whyFull,
    repaired: run.repaired?.rows ?? null,
    as_of: instantText(run.asOf),
    watermark: run.watermark,
    started_at: instantText(run.startedAt),
    finished_at: run.finishedAt === null ? null : instantText(run.finishedAt),
    duration_ms: run.finishedAt === null ? null : Number((run.finishedAt - run.startedAt) / 1000n),
    rows: run.rows,
    ignored_rows: run.ignoredRows,
    chunks: run.chunks,
    progress:
      run.progress === null
        ? null
        : {
            ...{ stages: run.progress.stages, stages_done: run.progress.stagesDone },
            ...{ tasks: run.progress.tasks, tasks_done: run.progress.tasksDone },
          },
    failure: run.failure === null ? null : { code: run.failure.code },
    broken_contracts: run.brokenContracts.map(({ feature, rule, promise, rows }) => ({ feature, rule, promise, rows })),
    forced_because: run.forcedBecause,
    warnings: run.warnings,
    read_files: run.readFiles,
    read_tables: run.readTables,
  };
}

/** Builds the same document without row counts over all tenants. */
function runDocumentWithoutCounts(run: ListedRun): DocumentOf<typeof Run> {
  const document = runDocument(run);
  return {
    ...document,
    ...{ recomputed: null, repaired: null, rows: null, ignored_rows: null, chunks: null, progress: null },
    ...{ read_files: null, read_tables: null },
    broken_contracts: document.broken_contracts.map((broken) => ({ ...broken, rows: null })),
  };
}
