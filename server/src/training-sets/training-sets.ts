import { FeatstoreError } from "../core/index";
import { cancelJob, createActiveJobs, type StartedTrainingSet } from "./jobs/active-jobs";
import type { JobContext, TrainingSetsOptions } from "./jobs/job-context";
import { createJobRunner } from "./jobs/job-runner";
import { type RerunCall, rerunJob } from "./jobs/rerun-job";
import { reusedTrainingSet } from "./jobs/reuse";
import { startJob } from "./jobs/start-job";
import { storedManifest } from "./jobs/stored-job";
import { endDeadJobs, resumeOrphan, sweepJobs } from "./jobs/sweep";
import type { TrainingFormat } from "./output/result-column";
import type { TrainingManifest } from "./output/training-manifest";
import { requireReadableViews } from "./readable-views";
import { createStoredTrainingSets, isActive, type TrainingSetState } from "./stored-training-sets";
import type { TrainingSetRequest } from "./training-set-request";
import type { TrainingSetViewer } from "./training-set-types";

export type { StartedTrainingSet, TrainingSetRequest, TrainingSetsOptions };

/** The file of a finished training set. `read` streams the bytes from `first` to `last`, both inclusive. */
export interface TrainingSetData {
  readonly file: string;
  readonly format: TrainingFormat;
  readonly bytes: number;
  /** SHA-256 as 64 hexadecimal digits. */
  readonly sha256: string;
  /** The view versions of its values. */
  readonly views: readonly Pick<TrainingManifest["views"][number], "view" | "version">[];
  read(first: number, last: number): ReadableStream<Uint8Array>;
}

/** Builds training sets: those of a tenant one after another, and those of tenants in turns. */
export interface TrainingSets {
  /**
   * Loads the spine, then builds the result in the background. Errors: those of the spine (`spine_…`) and of names,
   * `tenant_required`, `split_invalid`, `invalid_parameter`, `training_queue_full`, `training_tenant_queue_full`,
   * `idempotency_key_reused`; `RepeatedRequest` if an earlier request with the same idempotency key started it.
   */
  start(request: TrainingSetRequest): Promise<StartedTrainingSet>;
  /** Rebuilds a finished training set. Errors: as `start`, `training_set_not_found`, `training_set_not_finished`, `training_set_elsewhere`. */
  rerun(id: string, viewer: TrainingSetViewer, call?: RerunCall): Promise<StartedTrainingSet>;
  /**
   * Reads the state. Errors: `training_set_not_found`, also for that of another tenant or organisation;
   * `resource_forbidden`.
   */
  read(id: string, viewer: TrainingSetViewer): Promise<TrainingSetState>;
  /**
   * Attaches to a training set that is active or finished; if the process that built it has died, this process continues.
   * Errors: `training_set_not_found`, `training_set_without_data`, `training_set_elsewhere`, `training_set_not_finished`
   * if another process builds it.
   */
  resume(id: string, viewer: TrainingSetViewer, signal?: AbortSignal): Promise<StartedTrainingSet>;
  /** Cancels a training set that is not finished. Errors: `training_set_not_found`, `training_set_finished`. */
  cancel(id: string, viewer: TrainingSetViewer): Promise<TrainingSetState>;
  /** Deletes a finished training set, cancels an unfinished one. Errors: `training_set_not_found`. */
  delete(id: string, viewer: TrainingSetViewer): Promise<TrainingSetState>;
  /**
   * Opens the file. Errors: `training_set_not_found`, `training_set_not_finished`, `training_set_without_data`,
   * `training_set_elsewhere`, `resource_forbidden`.
   */
  data(id: string, viewer: TrainingSetViewer): Promise<TrainingSetData>;
  /** Resumes the jobs of dead processes, and removes their other files and expired training sets. */
  sweep(): Promise<void>;
  /** Stops the active jobs and waits for their end. */
  close(): Promise<void>;
}

/** @example const { id, done } = await createTrainingSets(options).start({ service: "party_predictor", spine, format: "parquet", tenant: null }); */
export function createTrainingSets(options: TrainingSetsOptions): TrainingSets {
  const { store, files } = options;
  const jobs = createActiveJobs();
  const runner = createJobRunner(options, jobs);
  const context: JobContext = { options, jobs, runner };
  const stored = createStoredTrainingSets(store, files, jobs);

  const cancel = async (id: string, viewer: TrainingSetViewer): Promise<TrainingSetState> => {
    await store.requestCancel(id);
    const job = jobs.get(id);
    if (job !== undefined) cancelJob(job);
    return stored.state(id, viewer);
  };

  return {
    start: (request) => startJob(context, request),
    rerun: async (id, viewer, call = {}) => rerunJob(context, await stored.finished(id, viewer), viewer.tenant, call),
    async resume(id, viewer, signal) {
      if (!isActive(await stored.read(id, viewer))) return reusedTrainingSet(await stored.finished(id, viewer));
      const own = jobs.get(id)?.started;
      if (own !== undefined && own !== null) return own;
      const orphan = (await store.orphans(await endDeadJobs(context))).find((each) => each.id === id);
      const started = orphan === undefined ? undefined : await resumeOrphan(context, orphan, signal);
      // The job may have ended meanwhile.
      return started ?? reusedTrainingSet(await stored.finished(id, viewer));
    },
    async read(id, viewer) {
      const state = await stored.state(id, viewer);
      if (state.state === "finished") await requireReadableViews(storedManifest(state), viewer, options.snapshot);
      return state;
    },
    async cancel(id, viewer) {
      if ((await stored.read(id, viewer)).state === "finished")
        throw new FeatstoreError(
          "training_set_finished",
          "The training set is finished and can no longer be cancelled.",
        );
      return cancel(id, viewer);
    },
    async delete(id, viewer) {
      if (isActive(await stored.read(id, viewer))) return cancel(id, viewer);
      if (await store.delete(id)) await files.remove(id);
      return stored.state(id, viewer);
    },
    async data(id, viewer) {
      const manifest = await stored.finished(id, viewer);
      await requireReadableViews(manifest, viewer, options.snapshot);
      const { result, options: jobOptions, views } = manifest;
      const { file, bytes, sha256 } = result;
      const read: TrainingSetData["read"] = (first, end) => files.read(id, file, first, end);
      return { file, format: jobOptions.format, bytes, sha256, views, read };
    },
    sweep: () => sweepJobs(context),
    async close() {
      jobs.close();
      await runner.idle();
    },
  };
}
