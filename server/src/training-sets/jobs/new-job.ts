import { setTimeout } from "node:timers/promises";
import { columnsOf } from "@featstore/definitions/compiler";
import { randomId } from "../../core/index";
import { reuseKeyOf, type TrainingManifest, type TrainingOptions } from "../output/training-manifest";
import type { TrainingPlan } from "../plan/plan-types";
import type { TrainingSetOwner, TrainingSetViewer } from "../training-set-types";
import type { HeldJob, StartedTrainingSet } from "./active-jobs";
import { claimJob, stopping } from "./claim-job";
import type { JobContext } from "./job-context";
import { ENDED_ELSEWHERE } from "./job-runner";
import { RepeatedRequest } from "./repeated-request";
import { findReusable, reusedTrainingSet } from "./reuse";
import { storedJob } from "./stored-job";
import { endDeadJobs } from "./sweep";
import { spineError } from "./training-failure";
import type { LoadedJob } from "./training-job";

export interface NewJob {
  readonly plan: TrainingPlan;
  /** The request, for display. */
  readonly request: unknown;
  readonly owner: TrainingSetOwner | undefined;
  readonly signal: AbortSignal | undefined;
  /** Runs before the job is created; throws for requests that are refused at once. */
  readonly before?: () => Promise<void>;
}

/** Between looks at the job of a repeated request, which still loads its spine. */
const LOADING_MS = 200;

/**
 * Creates a job. Waits while an earlier request with the same idempotency key loads its spine, which may fail or lead to
 * another training set. Errors: those of `before`, `RepeatedRequest`, `idempotency_key_reused`, `training_queue_full`,
 * `training_tenant_queue_full`.
 */
export async function createJob(
  context: JobContext,
  { plan, request, owner, signal, before }: NewJob,
): Promise<HeldJob> {
  const { store, holder, limits, onFault } = context.options;
  const id = randomId();
  const hold = async () => {
    await before?.();
    const [registered] = plan.views;
    const names = plan.entity.key.map(({ name }) => name);
    const keys = registered === undefined ? [] : columnsOf(registered.view).filter(({ name }) => names.includes(name));
    for (;;) {
      await endDeadJobs(context).catch((error: unknown) => onFault(error, id));
      const begun = await store.beginJob({ id, tenant: plan.tenant, request, owner, holder, keys, limits });
      if ("id" in begun) return begun;
      if (begun.repeated !== null) throw new RepeatedRequest(begun.repeated);
      if (context.jobs.isClosed()) throw stopping();
      await setTimeout(LOADING_MS);
    }
  };
  const job = await claimJob(
    context,
    { id, tenant: plan.tenant, organisation: owner?.organisation ?? null },
    hold,
    signal,
  );
  if (job === undefined) throw new Error("No new job");
  return job;
}

export interface JobToLoad {
  readonly job: HeldJob;
  readonly plan: TrainingPlan;
  readonly options: TrainingOptions;
  /** The manifest of the training set that is rerun; null for a new one. */
  readonly again: TrainingManifest | null;
  /** Whose finished training sets may be reused; null: a new one is made. */
  readonly reuse: TrainingSetViewer | null;
  load(): Promise<Pick<LoadedJob, "spine" | "passthrough">>;
}

/** Loads the spine of a new job, looks for a training set to reuse, and queues the job. */
export async function loadAndQueue(
  { options: { engine, store, files, packages, deadlineMs }, runner }: JobContext,
  { job, plan, options, again, reuse, load }: JobToLoad,
): Promise<StartedTrainingSet> {
  try {
    const loaded: LoadedJob = { held: job.held, plan, options, again, ...(await load()) };
    const reuseKey = reuseKeyOf({ plan, options, spine: loaded.spine, packages });
    const known =
      reuse === null
        ? undefined
        : await findReusable({ engine, store, files, deadlineMs }, { plan, reuseKey, viewer: reuse });
    if (known !== undefined) {
      job.isCancelled = true;
      await store.answerWith(job.held, known.id);
      await runner.fail(job, undefined);
      return reusedTrainingSet(known);
    }
    if (!(await store.queue(job.held, { spineRows: loaded.spine.rows, reuseKey, job: storedJob(loaded) })))
      throw new Error(ENDED_ELSEWHERE);
    return runner.enqueue(job, loaded.spine.rows, async () => loaded);
  } catch (error) {
    const failure = spineError(error);
    await runner.fail(job, failure);
    throw failure;
  }
}
