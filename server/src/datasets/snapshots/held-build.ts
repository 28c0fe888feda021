import { type Actor, FeatstoreError, holdLease, randomId } from "../../core/index";
import type { RunHolder } from "../../database/index";
import type { BuildStore, HeldBuild } from "./build-store";

export interface LeaseDependencies {
  readonly builds: BuildStore;
  readonly holder: RunHolder;
  /** Returns whether a process is surely dead. */
  readonly isDead: (holder: RunHolder) => Promise<boolean>;
}

/** A build whose lease this process renews. */
export interface KeptBuild extends HeldBuild {
  /** Aborts if the caller does, or if another process has taken the build over. */
  readonly signal: AbortSignal;
  /** Notes progress for the next renewal. */
  progress(rowsDone: number): void;
  /** Stops renewing and waits for a renewal in progress. */
  release(): Promise<void>;
}

const RENEWAL_MS = 10_000;

/** Begins a build and takes its lease, also from a dead process. Errors: `dataset_build_running`. */
export async function beginBuild(
  { builds, holder, isDead }: LeaseDependencies,
  dataset: string,
  actor: Actor,
): Promise<HeldBuild> {
  const build = { id: randomId(), dataset };
  let begun = await builds.claim(build, holder, actor);
  if ("running" in begun && (await isDead(begun.holder))) {
    begun = await builds.claim(build, holder, actor, begun.token);
  }
  if (!("running" in begun)) return begun;
  throw new FeatstoreError(
    "dataset_build_running",
    `Build ${begun.running} of the dataset "${dataset}" is under way: wait for its end.`,
  );
}

/** Renews a build's lease until it is released. */
export function keepBuild(builds: BuildStore, held: HeldBuild, outer: AbortSignal | undefined): KeptBuild {
  let rows = 0;
  const { lost, release } = holdLease(() => builds.heartbeat(held, rows), {
    everyMs: RENEWAL_MS,
    reason: () => leaseLost(held),
  });
  return {
    ...held,
    signal: outer === undefined ? lost : AbortSignal.any([outer, lost]),
    progress(rowsDone) {
      rows = rowsDone;
    },
    release,
  };
}

export function leaseLost({ dataset }: Pick<HeldBuild, "dataset">): FeatstoreError {
  return new FeatstoreError(
    "dataset_build_running",
    `Another process has taken over the building of "${dataset}", because this one did not renew its lease.`,
  );
}
