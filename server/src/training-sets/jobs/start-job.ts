import { FeatstoreError } from "../../core/index";
import { followClock } from "../../database/index";
import { readableSnapshot } from "../../registry/index";
import type { TrainingOptions } from "../output/training-manifest";
import { invalidLabel } from "../plan/label-request";
import type { TrainingPlan } from "../plan/plan-types";
import { createSplitter } from "../plan/split";
import { columnsMade, planTrainingSet } from "../plan/training-plan";
import { checkSpine } from "../spine/check-spine";
import { loadSpine } from "../spine/load-spine";
import { spineInputs } from "../spine/spine-inputs";
import type { TrainingSetRequest } from "../training-set-request";
import type { TrainingSetViewer } from "../training-set-types";
import type { StartedTrainingSet } from "./active-jobs";
import type { JobContext, TrainingSetsOptions } from "./job-context";
import { createJob, loadAndQueue } from "./new-job";
import { spineError } from "./training-failure";

/** Starts a job for a new training set. Errors: as `TrainingSets.start`. */
export async function startJob(context: JobContext, request: TrainingSetRequest): Promise<StartedTrainingSet> {
  const { engine, files, deadlineMs } = context.options;
  const plan = planTrainingSet(
    readableSnapshot(await context.options.snapshot(), request.grants ?? null, "training:write"),
    request,
    request.tenant,
  );
  const options = checkedOptions(request);
  const keys = plan.entity.key.map(({ name }) => name);
  const resultColumns = checkedColumns(plan, keys, options.asOfColumn);
  const spine = await checkedSpine(context.options, plan, request, { options, keys, resultColumns });
  const job = await createJob(context, {
    plan,
    request: { ...options, features: resultColumns },
    owner: request.owner,
    signal: request.signal,
    // Checks the columns before the job is created, so that a refused spine leaves no job.
    before: () => spine.open(),
  }).catch(async (error: unknown) => {
    await spine.close();
    throw spineError(error);
  });
  const load = async () => {
    const loading = { engine, files, held: job.held, keys };
    const call = { signal: job.controller.signal, deadlineMs };
    // Not awaited: a client that sends nothing more would block the job. The close also covers rows that were never read.
    const loaded = await loadSpine(loading, spine.rows(), plan.scope, call).finally(() => void spine.close());
    return { spine: loaded, passthrough: spine.columns() };
  };
  return loadAndQueue(context, {
    job,
    plan,
    options,
    load,
    again: null,
    reuse: request.reuse === true ? viewerOf(request) : null,
  });
}

function viewerOf({ tenant, owner }: TrainingSetRequest): TrainingSetViewer {
  return { tenant, organisation: owner?.organisation };
}

/** Returns a request's options with their defaults. Errors: `invalid_parameter`, `split_invalid`. */
function checkedOptions(request: TrainingSetRequest): TrainingOptions {
  const { format, service = null, asOfColumn = "as_of", timeZone = null, split = null } = request;
  const { labelColumn = null, allowLeakage = null } = request;
  if (timeZone !== null && !isTimeZone(timeZone))
    throw new FeatstoreError("invalid_parameter", `time_zone: there is no time zone "${timeZone.slice(0, 60)}".`);
  if (split !== null) createSplitter(split);
  return { service, format, asOfColumn, timeZone, split, labelColumn, allowLeakage };
}

/** Returns the names of the columns that the result adds to the spine. Errors: `invalid_parameter`. */
function checkedColumns(plan: TrainingPlan, keys: readonly string[], asOfColumn: string): readonly string[] {
  if (keys.includes(asOfColumn))
    throw new FeatstoreError("invalid_parameter", `as_of_column: "${asOfColumn}" is a key of the entity.`);
  const columns = columnsMade(plan).map(({ column }) => column);
  const taken = [...keys, asOfColumn, ...columns];
  const clashing = plan.labels.findIndex(({ column }) => taken.includes(column));
  if (clashing !== -1)
    throw invalidLabel(
      `labels[${clashing}].name`,
      `the result already has a column "${plan.labels[clashing]?.column}"`,
    );
  return [...columns, ...plan.labels.map(({ column }) => column)];
}

interface SpineNames {
  readonly options: TrainingOptions;
  readonly keys: readonly string[];
  readonly resultColumns: readonly string[];
}

async function checkedSpine(
  { store, maxRows, spineLimits }: TrainingSetsOptions,
  plan: TrainingPlan,
  { spine, columns }: TrainingSetRequest,
  { options: { asOfColumn, timeZone, split, labelColumn }, keys, resultColumns }: SpineNames,
) {
  const needed = [labelColumn, split?.by === "group" ? split.column : null].filter(
    (name) => name !== null && !keys.includes(name),
  );
  return checkSpine(spine, {
    entity: plan.entity,
    scope: plan.scope,
    asOfColumn,
    timeZone,
    columns: columns === undefined ? null : [...new Set([...columns, ...needed])].filter((name) => name !== null),
    needed: needed.filter((name) => name !== null),
    taken: new Set([...resultColumns, ...(split === null ? [] : ["_split"])]),
    inputs: spineInputs(plan, [...keys, asOfColumn]),
    maxRows,
    limits: spineLimits,
    now: await followClock(() => store.now()),
  });
}

/** Returns whether a time zone of this name exists: `Europe/Berlin`, `UTC`. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
