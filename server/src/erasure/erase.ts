import { type OpenDatasets, type SnapshotFinding, snapshotsWithKey } from "../datasets/index";
import type { Engine } from "../engine/index";
import { type JanitorDependencies, sweep } from "../materialization/index";
import type { TrainingSetFiles, TrainingSets } from "../training-sets/index";
import type { ErasureReport, ErasureRequest, ErasureStore } from "./erasure-store";
import { findInTrainingSets, type TrainingSetFinding } from "./find-in-training-sets";

export interface EraseDependencies extends JanitorDependencies {
  readonly store: ErasureStore;
  readonly engine: Pick<Engine, "isInSpine" | "sweepStaging">;
  readonly files: TrainingSetFiles;
  readonly sets: Pick<TrainingSets, "delete">;
  readonly datasets: Pick<OpenDatasets, "store" | "files">;
}

export interface EraseOptions {
  /** The names of the key's parts, in key order. */
  readonly keyNames: readonly string[];
  /** Reports what would be erased, without erasing it. */
  readonly dryRun: boolean;
  /** True to delete training sets that contain the key, and cancel those in progress. */
  readonly deleteTrainingSets: boolean;
  readonly signal?: AbortSignal;
}

export interface Erasure extends ErasureReport {
  /** Training sets that contain the key or could not be checked; `deleted`: by this erasure. */
  readonly trainingSets: readonly (TrainingSetFinding & { readonly deleted: boolean })[];
  /** Datasets from whose later snapshots the key is left out. */
  readonly datasets: readonly string[];
  /** Snapshots that contain the key or could not be searched. They stay until they are withdrawn. */
  readonly snapshots: readonly SnapshotFinding[];
}

/**
 * Erases a key from all stored data of its entity's views, leaves it out of later snapshots of datasets, and finds the
 * training sets and snapshots that contain it. The source tables are not changed, so the next full run restores the key if they still have it.
 *
 * @throws RegistryError `run_in_progress`, `changes_in_progress`, `entity_not_applied`, `key_has_other_parts`
 * @example await erase(dependencies, { entity: "speech", key: ["7"], datasets: [], … }, { keyNames: ["speech_id"], dryRun: true, … });
 */
export async function erase(
  dependencies: EraseDependencies,
  request: ErasureRequest,
  { keyNames, dryRun, deleteTrainingSets, signal }: EraseOptions,
): Promise<Erasure> {
  const { store, sets } = dependencies;
  const call = signal === undefined ? {} : { signal };
  // Leftovers of dead runs would look like runs in progress.
  if (!dryRun) await sweep(dependencies);
  const report = await (dryRun ? store.preview(request, call) : store.erase(request, call));
  const parts = Object.fromEntries(keyNames.map((name, index) => [name, request.key[index] ?? ""]));
  const found = await findInTrainingSets(dependencies, { ...request, parts }, signal);
  const trainingSets = [];
  for (const set of found) {
    const deleted = deleteTrainingSets && !dryRun && set.finding === "contains";
    if (deleted) await sets.delete(set.id, { tenant: set.tenant });
    trainingSets.push({ ...set, deleted });
  }
  const { datasets } = request;
  const snapshots = await snapshotsWithKey(dependencies.datasets, datasets, request.key, signal);
  return { ...report, trainingSets, datasets, snapshots };
}
