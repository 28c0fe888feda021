import {
  keepsHistory,
  profileQuery,
  type UnparsedValues,
  vectorDimensions,
  type WholeGeneration,
} from "@featstore/definitions";
import type { CallOptions } from "../database/database";
import type {
  BeginRunRequest,
  BrokenContract,
  FilledTable,
  ForcedPublication,
  FullReason,
  MaterializationRun,
  OfflineStore,
  RunFailure,
  RunWarning,
} from "../stores/offline-store";
import type { RegisteredView } from "../stores/registry";
import { RegistryError } from "../stores/registry-error";
import type { FoundChanges } from "./find-changes";
import { startHeartbeat } from "./heartbeat";
import type {
  MaterializeDependencies,
  MaterializedView,
  MaterializePhase,
  MaterializeProgress,
  MaterializeRequest,
  Place,
} from "./materialize";
import { ContractError } from "./quality/contracts";
import { checkRowBounds, RowBoundError, type RowBounds } from "./quality/row-bounds";
import { failureOf } from "./run-failure";
import { verifyRun } from "./verify-run";

const HOUR_MS = 3_600_000;

/** How a run of everything begins and fills its table, where it is not by one statement. */
export interface Filling {
  beginRun(request: BeginRunRequest): Promise<MaterializationRun>;
  /** `onChunk` is told the chunks that are done, and the rows of all so far where they are known. */
  fill(
    run: MaterializationRun,
    options: CallOptions,
    onChunk: (chunk: NonNullable<MaterializeProgress["chunk"]>, rows: number | null) => void,
  ): Promise<FilledTable>;
}

/** What is known of a view's run so far. */
interface Course {
  run: MaterializationRun | null;
  /** Tells how far the filling is. */
  readonly onChunk: Parameters<Filling["fill"]>[2];
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

/** Runs one view version to its end. Never throws: a failure is in the report, and the run is ended in the registry. */
export async function materializeView(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest,
  registered: RegisteredView,
  place: Place,
  changes: FoundChanges | null,
  filling: Filling | null = null,
): Promise<MaterializedView> {
  const { name, version } = registered.view;
  const course: Course = {
    run: null,
    onChunk: (chunk, rows) => {
      course.rows = rows;
      const elapsedMs = performance.now() - startedAt;
      request.onProgress?.({ view: name, version, ...place, phase: "fill", rows, elapsedMs, chunk });
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

  const tell = (phase: MaterializeProgress["phase"]): void => {
    const elapsedMs = performance.now() - startedAt;
    request.onProgress?.({ view: name, version, ...place, phase, rows: course.rows, elapsedMs });
  };
  const report = (state: MaterializedView["state"], failure: RunFailure | null): MaterializedView => ({
    view: name,
    version,
    state,
    kind: course.recomputed === null ? "full" : "incremental",
    recomputed: course.recomputed,
    whyFull: course.whyFull,
    repaired: null,
    runId: course.run?.runId ?? null,
    generation: course.run?.generation ?? null,
    asOf: course.run?.asOf ?? null,
    rows: course.rows,
    durations: course.durations,
    ignoredRows: course.ignoredRows,
    unparsed: course.unparsed,
    brokenContracts: course.brokenContracts,
    warnings: state === "published" ? course.warnings : [],
    profileMs: course.profileMs,
    failure,
  });
  const timed = async <Result>(phase: MaterializePhase, step: () => Promise<Result>): Promise<Result> => {
    tell(phase);
    const begun = performance.now();
    try {
      return await step();
    } finally {
      course.durations[phase] = performance.now() - begun;
    }
  };

  if (request.signal?.aborted) return report("not_begun", null);
  try {
    await runSteps(dependencies, request, registered, course, timed, changes, filling);
  } catch (error) {
    const failure = failureOf(error, registered);
    if (course.run === null || !(await wasPublished(dependencies.offline, course.run, failure))) {
      tell("failed");
      return report("failed", failure);
    }
  }
  // An incremental run costs less than a look at all rows.
  if (course.recomputed === null) await profile(dependencies, request, registered, course);
  await keepVectors(dependencies.offline, request, registered, course);
  tell("published");
  return report("published", null);
}

async function runSteps(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest,
  registered: RegisteredView,
  course: Course,
  timed: <Result>(phase: MaterializePhase, step: () => Promise<Result>) => Promise<Result>,
  changes: FoundChanges | null,
  filling: Filling | null,
): Promise<void> {
  const { offline } = dependencies;
  const asOf = changes?.asOf ?? request.asOf ?? null;
  const run = await timed("begin", () => begin(dependencies, registered, asOf, filling));
  course.run = run;
  const heartbeat = startHeartbeat(offline, run, request.heartbeatMs);
  try {
    const signals = request.signal ? [heartbeat.lost, request.signal] : [heartbeat.lost];
    const options = { signal: AbortSignal.any(signals), deadlineMs: request.fillDeadlineMs ?? HOUR_MS };
    const whole = await timed("fill", () => fill(offline, registered, course, run, changes, filling, options));
    const verified = await timed("verify", () => verifyRun(offline, run, registered.view, options, whole));
    course.unparsed = verified.unparsed;
    course.brokenContracts = verified.brokenContracts;
    const bounds = checkRowBounds(registered.view, course.rows ?? 0, await offline.servedRows(run));
    const forced = forcedBy(request, verified.brokenContracts, bounds, run.table);
    course.warnings = bounds.broken === null ? bounds.warnings : [bounds.broken];
    options.signal.throwIfAborted();
    // Not given up from here on: a cancelled publish may or may not have happened.
    const { unparsed, warnings } = course;
    const details = { unparsed, nulls: verified.nulls, forced, warnings, keepsHistory: keepsHistory(registered.view) };
    await timed("publish", () => offline.publish(run, details));
  } catch (error) {
    throw heartbeat.lost.aborted ? new RegistryError("lease_lost", { runId: run.runId }, { cause: error }) : error;
  } finally {
    await heartbeat.stop();
  }
}

/** Fills the run's table. What is known of the whole generation, where only some of its rows are in the table. */
async function fill(
  offline: OfflineStore,
  registered: RegisteredView,
  course: Course,
  run: MaterializationRun,
  changes: FoundChanges | null,
  filling: Filling | null,
  options: CallOptions,
): Promise<WholeGeneration | undefined> {
  if (changes !== null) {
    const changed = await offline.fillChanged(run, changes.of(registered), options);
    if (!("full" in changed)) {
      course.rows = changed.rows;
      course.recomputed = changed.recomputed;
      return changed;
    }
    course.whyFull = changed.full;
  }
  const filled = await (filling === null ? offline.fill(run, options) : filling.fill(run, options, course.onChunk));
  course.rows = filled.rows;
  course.ignoredRows = filled.ignoredRows;
  return undefined;
}

/** How a generation that breaks what its definition promises is published all the same; null where it breaks nothing. */
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

/** After the publishing, which neither waits for it nor fails with it: who asks for a profile that is missing makes it. */
async function profile(
  { offline, onProfiled }: MaterializeDependencies,
  { signal, fillDeadlineMs }: MaterializeRequest,
  registered: RegisteredView,
  course: Course,
): Promise<void> {
  if (course.run === null) return;
  const options = { deadlineMs: fillDeadlineMs ?? HOUR_MS, ...(signal === undefined ? {} : { signal }) };
  const begun = performance.now();
  try {
    const made = await offline.profile(course.run, profileQuery(registered.view, course.run.table), options);
    if (made === null) return;
    course.profileMs = performance.now() - begun;
  } catch {
    return;
  }
  await onProfiled?.(registered, course.run).catch(() => undefined);
}

/** After the publishing, as the profile: until it is done, and where it fails until the next run, search compares all rows. */
async function keepVectors(
  offline: OfflineStore,
  { signal, fillDeadlineMs }: MaterializeRequest,
  { view }: RegisteredView,
  { run }: Course,
): Promise<void> {
  if (run === null || !view.features.some(({ type }) => vectorDimensions(type) !== undefined)) return;
  const options = { deadlineMs: fillDeadlineMs ?? HOUR_MS, ...(signal === undefined ? {} : { signal }) };
  await offline.keepVectors(run, options).catch(() => undefined);
}

async function begin(
  { offline, holder, isDead }: MaterializeDependencies,
  { view }: RegisteredView,
  asOf: bigint | null,
  filling: Filling | null,
): Promise<MaterializationRun> {
  const begun = (asked: BeginRunRequest) => filling?.beginRun(asked) ?? offline.beginRun(asked);
  const request = { view: view.name, version: view.version, holder, asOf };
  try {
    return await begun(request);
  } catch (error) {
    const deadToken = await tokenOfTheDead(error, isDead);
    if (deadToken === null) throw error;
    return await begun({ ...request, deadToken });
  }
}

async function tokenOfTheDead(error: unknown, isDead: MaterializeDependencies["isDead"]): Promise<string | null> {
  if (!(error instanceof RegistryError) || error.code !== "run_in_progress") return null;
  const { token, holder } = error.parameters;
  // The function gives back the holder that `beginRun` gave it.
  return typeof token === "string" && (await isDead(holder as MaterializeDependencies["holder"])) ? token : null;
}

/** Ends a run whose step failed. True: the step was the publishing, which succeeded and only its answer was lost. */
async function wasPublished(offline: OfflineStore, run: MaterializationRun, failure: RunFailure): Promise<boolean> {
  try {
    if (await offline.failRun(run, failure)) return false;
    return (await offline.runState(run.runId)) === "published";
  } catch {
    return false; // the database is away: the lease runs out, and the janitor ends the run
  }
}
