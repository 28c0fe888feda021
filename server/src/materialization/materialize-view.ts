import { keepsHistory, profileQuery, vectorDimensions, type WholeGeneration } from "@featstore/definitions/compiler";
import { FeatstoreError, holdLease } from "../core/index";
import { type CallOptions, DatabaseError, RegistryError } from "../database/index";
import type { FillOptions, Run } from "../engine/index";
import { ContractError } from "./contracts";
import type { MaterializeDependencies, MaterializedView, MaterializeRequest } from "./materialization";
import { checkRowBounds, RowBoundError, type RowBounds } from "./row-bounds";
import { failureOf } from "./run-failure";
import type { RunLog } from "./run-log";
import type { BeginRunRequest, BrokenContract, ForcedPublication, RunFailure, RunWarning } from "./run-types";
import { verifyRun } from "./verify-run";
import { createViewRun, type ViewRun, type ViewRunOptions } from "./view-run";

const HOUR_MS = 3_600_000;

/** Runs one view version to its end. Never throws: failures go into the report and end the run in the registry. */
export async function materializeView(options: ViewRunOptions): Promise<MaterializedView> {
  const context = createViewRun(options);
  const { dependencies, request, registered } = options;
  if (request.signal?.aborted) return context.report("not_begun", null);
  try {
    await runSteps(context);
  } catch (error) {
    const failure = failureOf(error, registered);
    if (context.run === null || !(await wasPublished(dependencies.offline, context.run, failure))) {
      context.reportPhase("failed");
      return context.report("failed", failure);
    }
  }
  await readBack(context);
  // An incremental run costs less than a scan of all rows.
  if (context.recomputed === null) await profile(context);
  await keepVectors(context);
  context.reportPhase("published");
  return context.report("published", null);
}

async function runSteps(context: ViewRun): Promise<void> {
  const { dependencies, request, registered } = context;
  const { offline } = dependencies;
  const run = await context.timed("begin", () => begin(context));
  context.run = run;
  const lease = holdLease(() => offline.heartbeat(run), { everyMs: request.heartbeatMs });
  try {
    const signals = request.signal ? [lease.lost, request.signal] : [lease.lost];
    const options = { signal: AbortSignal.any(signals), deadlineMs: request.fillDeadlineMs ?? HOUR_MS };
    const whole = await context.timed("fill", () => fill(context, run, options));
    const verified = await context.timed("verify", () => verifyRun(offline, run, registered.view, options, whole));
    context.unparsed = verified.unparsed;
    context.brokenContracts = verified.brokenContracts;
    const bounds = checkRowBounds(registered.view, context.rows ?? 0, await offline.servedRows(run));
    const forced = forcedBy(request, verified.brokenContracts, bounds, run.table);
    context.warnings = bounds.broken === null ? bounds.warnings : [bounds.broken];
    options.signal.throwIfAborted();
    // From here on the run is not cancelled: a cancelled publish may or may not have happened.
    const { unparsed, warnings } = context;
    const details = { unparsed, nulls: verified.nulls, forced, warnings, keepsHistory: keepsHistory(registered.view) };
    await context.timed("publish", () => offline.publish(run, details));
  } catch (error) {
    throw lease.lost.aborted ? new RegistryError("lease_lost", { runId: run.runId }, { cause: error }) : error;
  } finally {
    await lease.release();
  }
}

async function begin({ dependencies, request, registered, changes, chunkedFill }: ViewRun): Promise<Run> {
  const { offline, holder, isDead } = dependencies;
  const { view } = registered;
  const beginRun = (beginRequest: BeginRunRequest) =>
    chunkedFill?.beginRun(beginRequest) ?? offline.beginRun(beginRequest);
  const asOf = changes?.asOf ?? request.asOf ?? null;
  const beginRequest = { view: view.name, version: view.version, holder, asOf };
  try {
    return await beginRun(beginRequest);
  } catch (error) {
    const deadToken = await deadHolderToken(error, isDead);
    if (deadToken === null) throw error;
    return await beginRun({ ...beginRequest, deadToken });
  }
}

/** Fills the run's table, and stores how far the engine has come. Returns facts about the whole generation if the table has only some of its rows. */
async function fill(context: ViewRun, run: Run, callOptions: CallOptions): Promise<WholeGeneration | undefined> {
  const { dependencies, registered, changes, chunkedFill } = context;
  const { engine, offline } = dependencies;
  const options: FillOptions = {
    ...callOptions,
    // The next report has a later state, so a lost one does no harm.
    onProgress: (progress) => void offline.noteProgress(run, progress).catch(() => undefined),
  };
  if (changes !== null) {
    const changed = await changes.fill(run, registered, options);
    if (!("full" in changed)) {
      context.rows = changed.rows;
      context.recomputed = changed.recomputed;
      return changed;
    }
    context.whyFull = changed.full;
  }
  const filled = await (chunkedFill === undefined
    ? engine.fill(run, registered, options)
    : chunkedFill.fill(run, options, (chunk, rows) => {
        context.rows = rows;
        context.reportPhase("fill", chunk);
      }));
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

/**
 * Compares rows after the publish, which is not taken back: a difference is a warning, and so is a comparison that fails.
 */
async function readBack(context: ViewRun): Promise<void> {
  const { dependencies, request, registered, run } = context;
  if (run === null || dependencies.readBack === undefined) return;
  const { offline } = dependencies;
  try {
    const compared = await dependencies.readBack(registered, run.generation, request.signal);
    if (compared === null) return;
    const { throughStore, durationMs } = compared;
    const warning = differenceOf(compared);
    if (warning !== null) context.warnings = [...context.warnings, warning];
    context.readBackMs = durationMs;
    await offline.noteReadBack(run.runId, { throughStore, warning });
  } catch (error) {
    const warning: RunWarning = {
      code: "served_values_unchecked",
      message: `rows could not be read back and compared with the table (${faultOf(error)}): run featstore doctor.`,
    };
    context.warnings = [...context.warnings, warning];
    await offline.addWarning(run.runId, warning).catch(() => undefined); // the report has it, too
  }
}

function differenceOf({
  rows,
  features,
}: {
  readonly rows: number;
  readonly features: readonly string[];
}): RunWarning | null {
  if (features.length === 0) return null;
  const message = `${rows} ${rows === 1 ? "row was" : "rows were"} read back, and ${features.join(", ")} are not served as the table has them: run featstore doctor, and look for a new function or setting in the database.`;
  return { code: "served_values_differ", message };
}

/** Names an error without its message, which may hold the key of an entity. */
function faultOf(error: unknown): string {
  if (error instanceof DatabaseError) return [error.code, error.sqlState].filter(Boolean).join(" ");
  return error instanceof FeatstoreError ? error.code : "internal";
}

/** Profiles after the publish, which neither waits for it nor fails with it. A missing profile is made on request. */
async function profile(context: ViewRun): Promise<void> {
  const { dependencies, request, registered, run } = context;
  if (run === null) return;
  const begun = performance.now();
  try {
    const query = profileQuery(registered.view, run.table);
    const made = await dependencies.offline.profile(run, query, afterPublish(request));
    if (made === null) return;
    context.profileMs = performance.now() - begun;
  } catch {
    return;
  }
  await dependencies.onProfiled?.(registered, run).catch(() => undefined);
}

/**
 * Indexes vectors after the publish, like the profile. Until it is done, or until the next run if it fails, search
 * compares all rows.
 */
async function keepVectors({ dependencies, request, registered, run }: ViewRun): Promise<void> {
  const { features } = registered.view;
  if (run === null || !features.some(({ type }) => vectorDimensions(type) !== undefined)) return;
  await dependencies.offline.keepVectors(run, afterPublish(request)).catch(() => undefined);
}

function afterPublish({ signal, fillDeadlineMs }: MaterializeRequest): CallOptions {
  return { deadlineMs: fillDeadlineMs ?? HOUR_MS, ...(signal === undefined ? {} : { signal }) };
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
async function wasPublished(offline: RunLog, run: Run, failure: RunFailure): Promise<boolean> {
  try {
    if (await offline.failRun(run, failure)) return false;
    return (await offline.runState(run.runId)) === "published";
  } catch {
    return false; // the database is unavailable: the lease expires, and the janitor ends the run
  }
}
