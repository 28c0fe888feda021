import type { UnparsedValues } from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";
import type { FilledTable, FoundChanges, FullReason, Run } from "../engine/index";
import type { RegisteredView } from "../registry/index";
import type {
  MaterializeDependencies,
  MaterializedView,
  MaterializePhase,
  MaterializeProgress,
  MaterializeRequest,
  ViewPosition,
} from "./materialization";
import type { BeginRunRequest, BrokenContract, RunFailure, RunWarning } from "./run-types";

/** Starts and fills the table of a full run, if not with one statement. */
export interface ChunkedFill {
  beginRun(request: BeginRunRequest): Promise<Run>;
  /** `onChunk` receives the finished chunks, and the rows so far if they are known. */
  fill(
    run: Run,
    options: CallOptions,
    onChunk: (chunk: NonNullable<MaterializeProgress["chunk"]>, rows: number | null) => void,
  ): Promise<FilledTable>;
}

export interface ViewRunOptions {
  readonly dependencies: MaterializeDependencies;
  readonly request: MaterializeRequest;
  readonly registered: RegisteredView;
  /** Among the views of the request. */
  readonly position: ViewPosition;
  /** Null for a full run. */
  readonly changes: FoundChanges | null;
  /** Absent: one statement fills the table. */
  readonly chunkedFill?: ChunkedFill;
}

/** The run of one view version: its request, and its results so far. */
export interface ViewRun extends ViewRunOptions {
  run: Run | null;
  recomputed: number | null;
  whyFull: FullReason | null;
  rows: number | null;
  ignoredRows: number;
  unparsed: Readonly<Record<string, UnparsedValues>>;
  brokenContracts: readonly BrokenContract[];
  warnings: readonly RunWarning[];
  profileMs: number | null;
  readBackMs: number | null;
  /** Runs a step, and reports its phase and duration. */
  timed<Result>(phase: MaterializePhase, step: () => Promise<Result>): Promise<Result>;
  reportPhase(phase: MaterializeProgress["phase"], chunk?: MaterializeProgress["chunk"]): void;
  report(state: MaterializedView["state"], failure: RunFailure | null): MaterializedView;
}

export function createViewRun(options: ViewRunOptions): ViewRun {
  const { request, registered, position } = options;
  const { name, version } = registered.view;
  const startedAt = performance.now();
  const durations: Partial<Record<MaterializePhase, number>> = {};
  const context: ViewRun = {
    ...options,
    run: null,
    recomputed: null,
    whyFull: null,
    rows: null,
    ignoredRows: 0,
    unparsed: {},
    brokenContracts: [],
    warnings: [],
    profileMs: null,
    readBackMs: null,
    async timed(phase, step) {
      context.reportPhase(phase);
      const begun = performance.now();
      try {
        return await step();
      } finally {
        durations[phase] = performance.now() - begun;
      }
    },
    reportPhase(phase, chunk) {
      const elapsedMs = performance.now() - startedAt;
      const progress = { view: name, version, ...position, phase, rows: context.rows, elapsedMs };
      request.onProgress?.(chunk === undefined ? progress : { ...progress, chunk });
    },
    report: (state, failure) => ({
      view: name,
      version,
      state,
      kind: context.recomputed === null ? "full" : "incremental",
      recomputed: context.recomputed,
      whyFull: context.whyFull,
      repaired: null,
      runId: context.run?.runId ?? null,
      generation: context.run?.generation ?? null,
      asOf: context.run?.asOf ?? null,
      rows: context.rows,
      durations,
      ignoredRows: context.ignoredRows,
      unparsed: context.unparsed,
      brokenContracts: context.brokenContracts,
      warnings: state === "published" ? context.warnings : [],
      profileMs: context.profileMs,
      readBackMs: context.readBackMs,
      failure,
    }),
  };
  return context;
}
