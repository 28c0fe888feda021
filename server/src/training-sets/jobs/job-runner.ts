import { createTenantQueue } from "../../core/index";
import type { CallOptions } from "../../database/index";
import type { ResultRows } from "../output/result-rows";
import type { TrainingManifest } from "../output/training-manifest";
import type { TrainingSetFailure } from "../training-set-types";
import type { ActiveJobs, HeldJob, StartedTrainingSet } from "./active-jobs";
import { failureOf } from "./training-failure";
import { type JobDependencies, type LoadedJob, makeTrainingSet } from "./training-job";

/**
 * Runs the jobs of this process to their end: a tenant's one after another, and two tenants' at once, so that one tenant's large
 * training set does not keep the others waiting.
 */
export interface JobRunner {
  /** Queues a job; `load` returns it with its spine when its turn comes. */
  enqueue(job: HeldJob, spineRows: number, load: (call: CallOptions) => Promise<LoadedJob>): StartedTrainingSet;
  /** Ends a job without a result and removes its files. When this process stops, a resumable job is released instead. */
  fail(job: HeldJob, error: unknown): Promise<void>;
  /** Waits until nothing runs or waits. */
  idle(): Promise<void>;
}

export interface JobRunnerOptions extends JobDependencies {
  readonly deadlineMs: number;
  readonly onFault: (error: unknown, id: string) => void;
}

export const ENDED_ELSEWHERE = "Another process ended the training set";

const INTERRUPTED: TrainingSetFailure = {
  code: "training_set_interrupted",
  detail: "The server was stopped: request the training set again.",
};

export function createJobRunner(options: JobRunnerOptions, jobs: ActiveJobs): JobRunner {
  const { engine, store, files, deadlineMs } = options;
  const queue = createTenantQueue({ atOnce: 2 });

  // The next sweep tries again.
  const removeSpine = (id: string) => engine.removeSpine({ id }).catch(() => undefined);

  const fail = async (job: HeldJob, error: unknown): Promise<void> => {
    const { held } = job;
    await job.releaseLease();
    if (jobs.isClosed() && job.started !== null && !job.isCancelled) {
      // If the database is unreachable, the lease expires.
      await store.release(held).catch(() => undefined);
      await files.discard(held);
    } else {
      const outcome = job.isCancelled
        ? ({ state: "cancelled", failure: null } as const)
        : ({ state: "failed", failure: jobs.isClosed() ? INTERRUPTED : failureOf(error) } as const);
      // If the database is unreachable, the next sweep ends it.
      const isEnded = await store.end(held, outcome).catch(() => false);
      // A folder with the final name may belong to another process that resumed the job.
      await (isEnded ? files.remove(held.id) : files.discard(held));
      await removeSpine(held.id);
    }
    jobs.delete(held.id);
  };

  const run = async (job: HeldJob, load: (call: CallOptions) => Promise<LoadedJob>): Promise<TrainingManifest> => {
    const { held, controller } = job;
    try {
      controller.signal.throwIfAborted();
      if (!(await store.start(held))) throw new Error(ENDED_ELSEWHERE);
      const onRows = (rows: ResultRows) => {
        job.rows = rows;
      };
      const call = { signal: controller.signal, deadlineMs };
      const manifest = await makeTrainingSet(options, await load(call), onRows, call);
      await job.releaseLease();
      if (!(await store.end(held, { state: "finished", manifest }))) throw new Error(ENDED_ELSEWHERE);
      await removeSpine(held.id);
      jobs.delete(held.id);
      return manifest;
    } catch (error) {
      if (!job.isCancelled && !jobs.isClosed()) options.onFault(error, held.id);
      await fail(job, error);
      throw error;
    }
  };

  return {
    enqueue(job, spineRows, load) {
      const done = queue.run(job.turn, () => run(job, load), job.controller.signal);
      const progress = () => ({ rows: job.rows?.rows() ?? 0, total: spineRows });
      job.started = { id: job.held.id, isReused: false, done, progress };
      return job.started;
    },
    fail,
    idle: () => queue.idle(),
  };
}
