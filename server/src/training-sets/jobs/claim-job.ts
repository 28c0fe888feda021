import { FeatstoreError } from "../../core/index";
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
  const { store, files, heartbeatMs = 5_000 } = options;
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
    const acquired = Object.assign(active, { held, stopHeartbeat: startHeartbeat(store, held, active, heartbeatMs) });
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

/**
 * Renews the lease of a job and records its progress. Aborts the job if its cancellation was requested or another process
 * has it. The returned function stops this and waits for a heartbeat in progress.
 */
function startHeartbeat(
  store: Pick<TrainingSetStore, "heartbeat">,
  held: HeldTrainingSet,
  job: ActiveJob,
  everyMs: number,
): () => Promise<void> {
  let running: Promise<void> | null = null;
  const beat = async (): Promise<void> => {
    try {
      const answer = await store.heartbeat(held, job.rows?.rows() ?? 0);
      if (answer === "cancelled") job.isCancelled = true;
      if (answer !== "held") job.controller.abort();
    } catch {
      // The database is unreachable: the next heartbeat tries again.
    } finally {
      running = null;
    }
  };
  const timer = setInterval(() => {
    running ??= beat();
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
