import { FeatstoreError, holdLease } from "../../core/index";
import type { TrainingSetStore } from "../training-set-store";
import type { HeldTrainingSet, StoredTrainingSet } from "../training-set-types";
import { type ActiveJob, cancelJob, type HeldJob } from "./active-jobs";
import type { JobContext } from "./job-context";

/**
 * Acquires a job with `hold`, keeps its lease and creates its folder. Returns undefined if `hold` did. `signal` cancels
 * the job. Errors: those of `hold`, `training_queue_full` while the process stops.
 */
export async function claimJob(
  { options, jobs, runner }: JobContext,
  { id, tenant, organisation }: Pick<StoredTrainingSet, "id" | "tenant" | "organisation">,
  hold: () => Promise<HeldTrainingSet | undefined>,
  signal: AbortSignal | undefined,
): Promise<HeldJob | undefined> {
  const { store, files, heartbeatMs } = options;
  if (jobs.isClosed()) throw stopping();
  // From here on, sweeps of this process know it as their own.
  const active = jobs.add(id, organisation ?? tenant);
  let job: HeldJob | undefined;
  try {
    const held = await hold();
    if (held === undefined) {
      jobs.delete(id);
      return undefined;
    }
    // The same object, so that a cancellation meanwhile is seen.
    const acquired = Object.assign(active, { held, releaseLease: keepJob(store, held, active, heartbeatMs) });
    job = acquired;
    signal?.addEventListener("abort", () => cancelJob(acquired), { once: true });
    if (signal?.aborted === true) cancelJob(acquired);
    await files.make(held);
    return acquired;
  } catch (error) {
    if (job !== undefined) await runner.fail(job, error);
    jobs.delete(id);
    throw error;
  }
}

export function stopping(): FeatstoreError {
  return new FeatstoreError("training_queue_full", "The server is stopping: try again later.", {
    headers: { "retry-after": "30" },
  });
}

/** Renews the lease of a job and records its progress. Aborts the job if it was cancelled or another process has it. */
function keepJob(store: Pick<TrainingSetStore, "heartbeat">, held: HeldTrainingSet, job: ActiveJob, everyMs?: number) {
  const { lost, release } = holdLease(
    async () => {
      const state = await store.heartbeat(held, job.rows?.rows() ?? 0);
      if (state === "cancelled") cancelJob(job); // it keeps its lease until its end is stored
      return state !== "ended";
    },
    { everyMs },
  );
  lost.addEventListener("abort", () => job.controller.abort(), { once: true });
  return release;
}
