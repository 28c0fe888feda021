import { instantText } from "@featstore/definitions/compiler";
import type { ListedRun } from "./run-store";

/** Builds the public document of a run: without entity keys and without messages that may contain one. */
export function runDocument(run: ListedRun) {
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
    failure: run.failure === null ? null : { code: run.failure.code },
    broken_contracts: run.brokenContracts.map(({ feature, rule, promise, rows }) => ({ feature, rule, promise, rows })),
    forced_because: run.forcedBecause,
    warnings: run.warnings,
  };
}

/** Builds the same document without row counts over all tenants. */
export function runDocumentWithoutCounts(run: ListedRun) {
  const document = runDocument(run);
  return {
    ...document,
    ...{ recomputed: null, repaired: null, rows: null, ignored_rows: null, chunks: null },
    broken_contracts: document.broken_contracts.map((broken) => ({ ...broken, rows: null })),
  };
}
