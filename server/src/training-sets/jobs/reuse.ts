import { isOfSources, type TrainingManifest } from "../output/training-manifest";
import type { TrainingPlan } from "../plan/plan-types";
import type { TrainingSetViewer } from "../training-set-types";
import type { StartedTrainingSet } from "./active-jobs";
import type { TrainingSetsOptions } from "./job-context";
import { storedManifest } from "./stored-job";
import { sourceStates, sourceWrites } from "./training-job";

export interface ReuseQuery {
  readonly plan: TrainingPlan;
  readonly reuseKey: string;
  readonly viewer: TrainingSetViewer;
}

/** Finds a finished training set on this machine whose sources were not written since; undefined if there is none. */
export async function findReusable(
  { engine, store, files, deadlineMs }: Pick<TrainingSetsOptions, "engine" | "store" | "files" | "deadlineMs">,
  { plan, reuseKey, viewer }: ReuseQuery,
): Promise<TrainingManifest | undefined> {
  const candidates = await store.finished(reuseKey, viewer);
  if (candidates.length === 0) return undefined;
  const states = await sourceStates(engine, plan, { deadlineMs });
  for (const candidate of candidates) {
    const manifest = storedManifest(candidate);
    const isHere = (await files.size(candidate.id, manifest.result.file)) === manifest.result.bytes;
    // Older manifests do not count lost values, so a strict cast may have lost one.
    if (!isHere || manifest.unparsed === undefined || !isOfSources(manifest, plan, states)) continue;
    // If rows may have been changed in place, a new training set is the safe choice.
    const writes = await sourceWrites(engine, plan, manifest.horizon, { deadlineMs });
    // The state of files lists them, so a change would show.
    if (writes.every((each, index) => each === "none" || states[index]?.files !== undefined)) return manifest;
  }
  return undefined;
}

export function reusedTrainingSet(manifest: TrainingManifest): StartedTrainingSet {
  const { rows } = manifest.result;
  return { id: manifest.id, isReused: true, done: Promise.resolve(manifest), progress: () => ({ rows, total: rows }) };
}
