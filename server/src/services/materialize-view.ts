import { profileQuery, type UnparsedValues } from "@featstore/definitions";
import type {
  BrokenContract,
  ForcedPublication,
  MaterializationRun,
  OfflineStore,
  RunFailure,
} from "../stores/offline-store";
import type { RegisteredView } from "../stores/registry";
import { RegistryError } from "../stores/registry-error";
import { startHeartbeat } from "./heartbeat";
import type {
  MaterializeDependencies,
  MaterializedView,
  MaterializePhase,
  MaterializeProgress,
  MaterializeRequest,
} from "./materialize";
import { ContractError } from "./quality/contracts";
import { verifyRun } from "./verify-run";

const HOUR_MS = 3_600_000;

interface Place {
  readonly position: number;
  readonly total: number;
}

/** What is known of a view's run so far. */
interface Course {
  run: MaterializationRun | null;
  rows: number | null;
  ignoredRows: number;
  unparsed: Readonly<Record<string, UnparsedValues>>;
  brokenContracts: readonly BrokenContract[];
  profileMs: number | null;
  durations: Partial<Record<MaterializePhase, number>>;
}

/** Runs one view version to its end. Never throws: a failure is in the report, and the run is ended in the registry. */
export async function materializeView(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest,
  registered: RegisteredView,
  place: Place,
): Promise<MaterializedView> {
  const { name, version } = registered.view;
  const course: Course = {
    run: null,
    rows: null,
    ignoredRows: 0,
    unparsed: {},
    brokenContracts: [],
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
    runId: course.run?.runId ?? null,
    generation: course.run?.generation ?? null,
    asOf: course.run?.asOf ?? null,
    rows: course.rows,
    durations: course.durations,
    ignoredRows: course.ignoredRows,
    unparsed: course.unparsed,
    brokenContracts: course.brokenContracts,
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
    await runSteps(dependencies, request, registered, course, timed);
  } catch (error) {
    const failure = failureOf(error);
    if (course.run === null || !(await wasPublished(dependencies.offline, course.run, failure))) {
      tell("failed");
      return report("failed", failure);
    }
  }
  await profile(dependencies.offline, request, registered, course);
  tell("published");
  return report("published", null);
}

async function runSteps(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest,
  registered: RegisteredView,
  course: Course,
  timed: <Result>(phase: MaterializePhase, step: () => Promise<Result>) => Promise<Result>,
): Promise<void> {
  const { offline } = dependencies;
  const run = await timed("begin", () => begin(dependencies, registered, request.asOf ?? null));
  course.run = run;
  const heartbeat = startHeartbeat(offline, run, request.heartbeatMs ?? 5_000);
  try {
    const signals = request.signal ? [heartbeat.lost, request.signal] : [heartbeat.lost];
    const options = { signal: AbortSignal.any(signals), deadlineMs: request.fillDeadlineMs ?? HOUR_MS };
    const filled = await timed("fill", () => offline.fill(run, options));
    course.rows = filled.rows;
    course.ignoredRows = filled.ignoredRows;
    const verified = await timed("verify", () => verifyRun(offline, run, registered.view, options));
    course.unparsed = verified.unparsed;
    course.brokenContracts = verified.brokenContracts;
    const forced = forcedBy(request, verified.brokenContracts, run.table);
    options.signal.throwIfAborted();
    // Not given up from here on: a cancelled publish may or may not have happened.
    await timed("publish", () => offline.publish(run, course.unparsed, forced));
  } catch (error) {
    throw heartbeat.lost.aborted ? new RegistryError("lease_lost", { runId: run.runId }, { cause: error }) : error;
  } finally {
    await heartbeat.stop();
  }
}

/** How broken contracts are published all the same; null where none is broken. */
function forcedBy(
  { forceBecause }: MaterializeRequest,
  brokenContracts: readonly BrokenContract[],
  table: string,
): ForcedPublication | null {
  if (brokenContracts.length === 0) return null;
  if (forceBecause === undefined) throw new ContractError(brokenContracts, table);
  return { brokenContracts, reason: forceBecause };
}

/** After the publishing, which neither waits for it nor fails with it: who asks for a profile that is missing makes it. */
async function profile(
  offline: OfflineStore,
  { signal, fillDeadlineMs }: MaterializeRequest,
  { view }: RegisteredView,
  course: Course,
): Promise<void> {
  if (course.run === null) return;
  const options = { deadlineMs: fillDeadlineMs ?? HOUR_MS, ...(signal === undefined ? {} : { signal }) };
  const begun = performance.now();
  try {
    const made = await offline.profile(course.run, profileQuery(view, course.run.table), options);
    if (made !== null) course.profileMs = performance.now() - begun;
  } catch {
    course.profileMs = null;
  }
}

async function begin(
  { offline, holder, isDead }: MaterializeDependencies,
  { view }: RegisteredView,
  asOf: bigint | null,
): Promise<MaterializationRun> {
  const request = { view: view.name, version: view.version, holder, asOf };
  try {
    return await offline.beginRun(request);
  } catch (error) {
    const deadToken = await tokenOfTheDead(error, isDead);
    if (deadToken === null) throw error;
    return await offline.beginRun({ ...request, deadToken });
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

function failureOf(error: unknown): RunFailure {
  if (!(error instanceof Error)) return { code: "internal", message: String(error) };
  if (error.name === "AbortError") return { code: "aborted", message: "The materialization was given up." };
  const code = "code" in error && typeof error.code === "string" ? error.code : "internal";
  const broken = error instanceof ContractError ? { brokenContracts: error.brokenContracts } : {};
  return { code, message: error.message, ...broken };
}
