import { FeatstoreError } from "../core/index";
import type { ActiveJobs } from "./jobs/active-jobs";
import { storedManifest } from "./jobs/stored-job";
import type { TrainingManifest } from "./output/training-manifest";
import type { TrainingSetFiles } from "./training-set-files";
import type { TrainingSetStore } from "./training-set-store";
import type { StoredTrainingSet, TrainingSetViewer } from "./training-set-types";

/** The current state of a training set. */
export interface TrainingSetState extends StoredTrainingSet {
  /** True if the data is on this machine. */
  readonly isHere: boolean;
}

/** The training sets of the database, as this machine sees them. */
export interface StoredTrainingSets {
  /** Errors: `training_set_not_found`, also for that of another tenant or organisation. */
  read(id: string, viewer: TrainingSetViewer): Promise<StoredTrainingSet>;
  /** Errors: as `read`. */
  state(id: string, viewer: TrainingSetViewer): Promise<TrainingSetState>;
  /**
   * Returns the manifest of a finished training set whose file is on this machine. Errors: as `read`,
   * `training_set_not_finished`, `training_set_without_data`, `training_set_elsewhere`.
   */
  finished(id: string, viewer: TrainingSetViewer): Promise<TrainingManifest>;
}

const ID = /^[a-z2-7]{16}$/;

export function createStoredTrainingSets(
  store: Pick<TrainingSetStore, "read">,
  files: Pick<TrainingSetFiles, "size">,
  jobs: Pick<ActiveJobs, "get">,
): StoredTrainingSets {
  const read: StoredTrainingSets["read"] = async (id, viewer) => {
    const stored = ID.test(id) ? await store.read(id) : undefined;
    if (stored === undefined || !isVisible(stored, viewer))
      throw new FeatstoreError("training_set_not_found", `There is no training set "${id.slice(0, 40)}".`);
    return stored;
  };
  return {
    read,
    async state(id, viewer) {
      const stored = await read(id, viewer);
      return {
        ...stored,
        rowsDone: jobs.get(id)?.rows?.rows() ?? stored.rowsDone,
        isHere: stored.state === "finished" && (await files.size(id, storedManifest(stored).result.file)) !== undefined,
      };
    },
    async finished(id, viewer) {
      const stored = await read(id, viewer);
      if (stored.state !== "finished") throw isActive(stored) ? notFinished(stored) : withoutData(stored);
      const manifest = storedManifest(stored);
      if ((await files.size(id, manifest.result.file)) !== manifest.result.bytes)
        throw new FeatstoreError(
          "training_set_elsewhere",
          `The file of the training set is not in this server's data folder: the machine "${stored.holder.host}" made it, or the folder was lost since. If that machine or its folder is gone, make the training set again.`,
        );
      return manifest;
    },
  };
}

export function isActive({ state }: StoredTrainingSet): boolean {
  return state === "loading" || state === "queued" || state === "running";
}

function isVisible(stored: StoredTrainingSet, { tenant, organisation }: TrainingSetViewer): boolean {
  return stored.tenant === tenant && (organisation === undefined || stored.organisation === organisation);
}

function notFinished({ state }: StoredTrainingSet): FeatstoreError {
  return new FeatstoreError("training_set_not_finished", `The training set is ${state}: try again later.`, {
    headers: { "retry-after": "2" },
  });
}

function withoutData({ state }: StoredTrainingSet): FeatstoreError {
  const what = state === "failed" ? "failed" : `was ${state}`;
  return new FeatstoreError("training_set_without_data", `The training set ${what} and has no data.`);
}
