import { FeatstoreError } from "../../core/index";
import type { CallOptions } from "../../database/index";
import type { RegistrySnapshot } from "../../registry/index";
import type { TrainingManifest, TrainingOptions } from "../output/training-manifest";
import type { PinnedPlan } from "../plan/plan-types";
import { pinnedOf, planAgain } from "../plan/training-plan";
import type { PassthroughColumn } from "../spine/check-spine";
import { restoreSpine } from "../spine/load-spine";
import type { HeldTrainingSet, StoredTrainingSet } from "../training-set-types";
import type { JobDependencies, LoadedJob } from "./training-job";

/** The stored form of a job, from which another process can resume it. */
export interface StoredJob extends PinnedPlan {
  readonly options: TrainingOptions;
  readonly passthrough: readonly PassthroughColumn[];
  /** The id of the training set that is rerun. */
  readonly rerun: string | null;
}

export function storedJob({ plan, options, passthrough, again }: Omit<LoadedJob, "held" | "spine">): StoredJob {
  return {
    features: plan.features.map(pinnedOf),
    labels: plan.labels.map((label) => ({ ...pinnedOf(label), horizonSeconds: label.horizonSeconds })),
    service: plan.service,
    options,
    passthrough,
    rerun: again?.id ?? null,
  };
}

/**
 * Restores a dead process's loaded job, whose spine was adopted, so that this process can resume it.
 * Errors: `training_set_interrupted` if the spine is lost, those of `planAgain`, `DatabaseError`.
 */
export async function restoreJob(
  { engine, store, files }: Pick<JobDependencies, "engine" | "store" | "files">,
  snapshot: RegistrySnapshot,
  held: HeldTrainingSet,
  call: CallOptions,
): Promise<LoadedJob> {
  const { id } = held;
  const stored = await store.read(id);
  const job = JSON.parse(stored?.job ?? "") as StoredJob; // stored by `queue` from one
  const plan = planAgain(snapshot, job, stored?.tenant ?? null);
  const again = job.rerun === null ? undefined : await store.read(job.rerun);
  const loading = { engine, files, held, keys: plan.entity.key.map(({ name }) => name) };
  const spine = await restoreSpine(loading, stored?.spineRows ?? 0, call);
  if (spine === undefined)
    throw new FeatstoreError(
      "training_set_interrupted",
      "The process that built it has ended, and its spine is lost: request the training set again.",
    );
  return {
    held,
    plan,
    options: job.options,
    spine,
    passthrough: job.passthrough,
    again: again === undefined || again.manifest === null ? null : storedManifest(again),
  };
}

export function storedManifest({ manifest }: Pick<StoredTrainingSet, "manifest">): TrainingManifest {
  return JSON.parse(manifest ?? "") as TrainingManifest; // stored by `end` from one
}
