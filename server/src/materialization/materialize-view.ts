import {
  keepsHistory,
  profileQuery,
  type UnparsedValues,
  vectorDimensions,
  type WholeGeneration,
} from "@featstore/definitions/compiler";
import type { CallOptions } from "../database/index";
import { type RegisteredView, RegistryError } from "../registry/index";
import { ContractError } from "./contracts";
import type { FoundChanges } from "./find-changes";
import { startHeartbeat } from "./heartbeat";
import type {
  MaterializeDependencies,
  MaterializedView,
  MaterializePhase,
  MaterializeProgress,
  MaterializeRequest,
  ViewPosition,
} from "./materialization";
import type { OfflineStore } from "./offline-store";
import { checkRowBounds, RowBoundError, type RowBounds } from "./row-bounds";
import { failureOf } from "./run-failure";
import type {
  BeginRunRequest,
  BrokenContract,
  FilledTable,
  ForcedPublication,
  FullReason,
  Run,
  RunFailure,
  RunWarning,
} from "./run-types";
import { verifyRun } from "./verify-run";

const HOUR_MS = 3_600_000;

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

/** The state of a view's run. */
interface RunContext {
  run: Run | null;
  /** Reports the progress of the fill. */
  readonly onChunk: Parameters<ChunkedFill["fill"]>[2];
  recomputed: number | null;
  whyFull: FullReason | null;
  rows: number | null;
  ignoredRows: number;
  unparsed: Readonly<Record<string, UnparsedValues>>;
  brokenContracts: readonly BrokenContract[];
  warnings: readonly RunWarning[];
  profileMs: number | null;
  durations: Partial<Record<MaterializePhase, number>>;
}

/** Runs one view version to its end. Never throws: failures go into the report and end the run in the registry. */
export async function materializeView(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest,
  registered: RegisteredView,
  position: ViewPosition,
  changes: FoundChanges | null,
  chunkedFill: ChunkedFill | null = null,
): Promise<MaterializedView> {
  const { name, version } = registered.view;
  const context: RunContext = {
    run: null,
    onChunk: (chunk, rows) => {
      context.rows = rows;
      const elapsedMs = performance.now() - startedAt;
      request.onProgress?.({ view: name, version, ...position, phase: "fill", rows, elapsedMs, chunk });
    },
    recomputed: null,
    whyFull: null,
    rows: null,
    ignoredRows: 0,
    unparsed: {},
    brokenContracts: [],
    warnings: [],
    profileMs: null,
    durations: {},
  };
  const startedAt = performance.now();

  const reportPhase = (phase: MaterializeProgress["phase"]): void => {
    const elapsedMs = performance.now() - startedAt;
    request.onProgress?.({ view: name, version, ...position, phase, rows: context.rows, elapsedMs });
  };
  const report = (state: MaterializedView["state"], failure: RunFailure | null): MaterializedView => ({
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
    durations: context.durations,
    ignoredRows: context.ignoredRows,
    unparsed: context.unparsed,
    brokenContracts: context.brokenContracts,
    warnings: state === "published" ? context.warnings : [],
    profileMs: context.profileMs,
    failure,
  });
  const timed = async <Result>(phase: MaterializePhase, step: () => Promise<Result>): Promise<Result> => {
    reportPhase(phase);
    const begun = performance.now();
    try {
      return await step();
    } finally {
      context.durations[phase] = performance.now() - begun;
    }
  };

  if (request.signal?.aborted) return report("not_begun", null);
  try {
    await runSteps(dependencies, request, registered, context, timed, changes, chunkedFill);
  } catch (error) {
    const failure = failureOf(error, registered);
    if (context.run === null || !(await wasPublished(dependencies.offline, context.run, failure))) {
      reportPhase("failed");
      return report("failed", failure);
    }
  }
  // An incremental run costs less than a scan of all rows.
  if (context.recomputed === null) await profile(dependencies, request, registered, context);
  await keepVectors(dependencies.offline, request, registered, context);
  reportPhase("published");
  return report("published", null);
}

async function runSteps(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest,
  registered: RegisteredView,
  context: RunContext,
  timed: <Result>(phase: MaterializePhase, step: () => Promise<Result>) => Promise<Result>,
  changes: FoundChanges | null,
  chunkedFill: ChunkedFill | null,
): Promise<void> {
  const { offline } = dependencies;
  const asOf = changes?.asOf ?? request.asOf ?? null;
  const run = await timed("begin", () => begin(dependencies, registered, asOf, chunkedFill));
  context.run = run;
  const heartbeat = startHeartbeat(offline, run, request.heartbeatMs);
  try {
    const signals = request.signal ? [heartbeat.lost, request.signal] : [heartbeat.lost];
    const options = { signal: AbortSignal.any(signals), deadlineMs: request.fillDeadlineMs ?? HOUR_MS };
    const whole = await timed("fill", () => fill(offline, registered, context, run, changes, chunkedFill, options));
    const verified = await timed("verify", () => verifyRun(offline, run, registered.view, options, whole));
    context.unparsed = verified.unparsed;
    context.brokenContracts = verified.brokenContracts;
    const bounds = checkRowBounds(registered.view, context.rows ?? 0, await offline.servedRows(run));
    const forced = forcedBy(request, verified.brokenContracts, bounds, run.table);
    context.warnings = bounds.broken === null ? bounds.warnings : [bounds.broken];
    options.signal.throwIfAborted();
    // From here on the run is not cancelled: a cancelled publish may or may not have happened.
    const { unparsed, warnings } = context;
    const details = { unparsed, nulls: verified.nulls, forced, warnings, keepsHistory: keepsHistory(registered.view) };
    await timed("publish", () => offline.publish(run, details));
  } catch (error) {
    throw heartbeat.lost.aborted ? new RegistryError("lease_lost", { runId: run.runId }, { cause: error }) : error;
  } finally {
    await heartbeat.stop();
  }
}

/** Fills the run's table. Returns facts about the whole generation if the table has only some of its rows. */
async function fill(
  offline: OfflineStore,
  registered: RegisteredView,
  context: RunContext,
  run: Run,
  changes: FoundChanges | null,
  chunkedFill: ChunkedFill | null,
  options: CallOptions,
): Promise<WholeGeneration | undefined> {
  if (changes !== null) {
    const changed = await offline.fillChanged(run, changes.of(registered), options);
    if (!("full" in changed)) {
      context.rows = changed.rows;
      context.recomputed = changed.recomputed;
      return changed;
    }
    context.whyFull = changed.full;
  }
  const filled = await (chunkedFill === null
    ? offline.fill(run, options)
    : chunkedFill.fill(run, options, context.onChunk));
  context.rows = filled.rows;
  context.ignoredRows = filled.ignoredRows;
  return undefined;
}

/** Returns why a generation that breaks its definition's promises is published anyway; null if it breaks none. */
function forcedBy(
  { forceBecause }: MaterializeRequest,
  brokenContracts: readonly BrokenContract[],
  { broken }: RowBounds,
  table: string,
): ForcedPublication | null {
  if (brokenContracts.length === 0 && broken === null) return null;
  if (forceBecause === undefined) {
    if (broken === null) throw new ContractError(brokenContracts, table);
    throw new RowBoundError(broken.code, broken.message, table, brokenContracts);
  }
  return { brokenContracts, reason: forceBecause };
}

/** Profiles after the publish, which neither waits for it nor fails with it. A missing profile is made on request. */
async function profile(
  { offline, onProfiled }: MaterializeDependencies,
  { signal, fillDeadlineMs }: MaterializeRequest,
  registered: RegisteredView,
  context: RunContext,
): Promise<void> {
  if (context.run === null) return;
  const options = { deadlineMs: fillDeadlineMs ?? HOUR_MS, ...(signal === undefined ? {} : { signal }) };
  const begun = performance.now();
  try {
    const made = await offline.profile(context.run, profileQuery(registered.view, context.run.table), options);
    if (made === null) return;
    context.profileMs = performance.now() - begun;
  } catch {
    return;
  }
  await onProfiled?.(registered, context.run).catch(() => undefined);
}

/**
 * Indexes vectors after the publish, like the profile. Until it is done, or until the next run if it fails, search
 * compares all rows.
 */
async function keepVectors(
  offline: OfflineStore,
  { signal, fillDeadlineMs }: MaterializeRequest,
  { view }: RegisteredView,
  { run }: RunContext,
): Promise<void> {
  if (run === null || !view.features.some(({ type }) => vectorDimensions(type) !== undefined)) return;
  const options = { deadlineMs: fillDeadlineMs ?? HOUR_MS, ...(signal === undefined ? {} : { signal }) };
  await offline.keepVectors(run, options).catch(() => undefined);
}

async function begin(
  { offline, holder, isDead }: MaterializeDependencies,
  { view }: RegisteredView,
  asOf: bigint | null,
  chunkedFill: ChunkedFill | null,
): Promise<Run> {
  const begun = (beginRequest: BeginRunRequest) =>
    chunkedFill?.beginRun(beginRequest) ?? offline.beginRun(beginRequest);
  const request = { view: view.name, version: view.version, holder, asOf };
  try {
    return await begun(request);
  } catch (error) {
    const deadToken = await deadHolderToken(error, isDead);
    if (deadToken === null) throw error;
    return await begun({ ...request, deadToken });
  }
}

async function deadHolderToken(error: unknown, isDead: MaterializeDependencies["isDead"]): Promise<string | null> {
  if (!(error instanceof RegistryError) || error.code !== "run_in_progress") return null;
  const { token, holder } = error.parameters;
  // The holder is the one that `beginRun` stored.
  return typeof token === "string" && (await isDead(holder as MaterializeDependencies["holder"])) ? token : null;
}

/**
 * Ends a run whose step failed. Returns true if the step was a publish that succeeded and only its response was lost.
 */
async function wasPublished(offline: OfflineStore, run: Run, failure: RunFailure): Promise<boolean> {
  try {
    if (await offline.failRun(run, failure)) return false;
    return (await offline.runState(run.runId)) === "published";
  } catch {
    return false; // the database is unavailable: the lease expires, and the janitor ends the run
  }
}
