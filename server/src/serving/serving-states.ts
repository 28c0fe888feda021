import { type BoundedMap, createBoundedMap } from "../core/index";
import type { RegisteredView, RegistrySnapshot, RegistryStore, ViewState } from "../registry/index";
import type { OnlineStore } from "./online-store/online-store";
import type { Selection } from "./selection/selection";

/**
 * The registry as serving sees it at one moment, with the selections resolved against it. A request takes one and uses
 * it to its end.
 */
export interface ServingState {
  readonly snapshot: RegistrySnapshot;
  /** Selections by their request text; freed with the snapshot. */
  readonly selections: BoundedMap<Selection>;
}

/** The served state, and at most one newer state that waits until the online store has loaded its generations. */
export interface ServingStates {
  /** Undefined before the first. */
  served(): ServingState | undefined;
  /** Resolves when the first state is served. */
  readonly whenServed: Promise<void>;
  /**
   * Reads the registry, and serves it once the online store has loaded its generations. Until then the served state
   * stays, and its generations stay loaded as well. The very first is served at once from the database.
   */
  adopt(): Promise<void>;
  /** Reads the registry, and serves it at once if keys were erased: the database answers while the store loads the rest. */
  adoptErasures(): Promise<void>;
  /** Reads the registry without waiting for the online store. `isNew`: it is not known yet and still has to be adopted. */
  newest(): Promise<{ readonly state: ServingState; readonly isNew: boolean }>;
}

export interface ServingStatesOptions {
  readonly registry: Pick<RegistryStore, "snapshot" | "revision">;
  readonly onlineStore: Pick<OnlineStore, "follow" | "forget">;
  readonly onChange: ((revision: number) => void) | undefined;
}

const MAX_SELECTIONS = 1000;

export function createServingStates({ registry, onlineStore, onChange }: ServingStatesOptions): ServingStates {
  let served: ServingState | undefined;
  // Newer than `served`. It is served once the online store is ready for it.
  let ahead: ServingState | undefined;
  let isServed = (): void => undefined;
  const whenServed = new Promise<void>((resolve) => {
    isServed = resolve;
  });

  const read = async (): Promise<ServingState> => ({
    snapshot: await registry.snapshot(),
    selections: createBoundedMap(MAX_SELECTIONS),
  });

  const serve = (next: ServingState): void => {
    const { revision } = next.snapshot;
    const before = served?.snapshot.revision;
    // A later one may already be served because of an erasure.
    if (before !== undefined && revision < before) return;
    served = next;
    if (ahead !== undefined && ahead.snapshot.revision <= revision) ahead = undefined;
    if (before === undefined) isServed();
    if (revision !== before) onChange?.(revision);
  };

  const serveErased = (next: ServingState): boolean => {
    if (served === undefined || !hasErasures(served.snapshot, next.snapshot)) return false;
    serve(next);
    onlineStore.forget?.(servedViews(next.snapshot));
    return true;
  };

  return {
    served: () => served,
    whenServed,
    async adopt() {
      if (
        served !== undefined &&
        !isSunsetPast(served.snapshot) &&
        (await registry.revision()) === served.snapshot.revision
      ) {
        // Retries what could not be loaded before.
        await onlineStore.follow?.(servedViews(served.snapshot));
        return;
      }
      const next = await read();
      if (served !== undefined && !serveErased(next))
        await onlineStore.follow?.([...servedViews(served.snapshot), ...servedViews(next.snapshot)]);
      serve(next);
      await onlineStore.follow?.(servedViews((served ?? next).snapshot));
    },
    async adoptErasures() {
      // If the database is unavailable, the refresh in progress reports it.
      const next = await read().catch(() => undefined);
      if (next !== undefined) serveErased(next);
    },
    async newest() {
      const revision = await registry.revision();
      const known = [served, ahead].find((each) => each?.snapshot.revision === revision);
      if (known !== undefined) return { state: known, isNew: false };
      const next = await read();
      if (!serveErased(next)) ahead = next;
      return { state: next, isNew: true };
    },
  };
}

/** Returns whether the sunset of a deprecated version or name in the snapshot has passed, which changes no revision. */
function isSunsetPast({ featureViews, formerNames }: RegistrySnapshot): boolean {
  const now = BigInt(Date.now()) * 1000n;
  const isPast = (state: ViewState, sunsetAt: bigint | null | undefined): boolean =>
    state === "deprecated" && (sunsetAt ?? now + 1n) <= now;
  return (
    [...featureViews.values()].some(({ versions }) =>
      [...versions.values()].some(({ state, retirement }) => isPast(state, retirement?.sunsetAt)),
    ) || [...(formerNames?.values() ?? [])].some(({ state, sunsetAt }) => isPast(state, sunsetAt))
  );
}

/** Returns whether keys were erased in between, from generations that both snapshots have. */
function hasErasures(before: RegistrySnapshot, after: RegistrySnapshot): boolean {
  return servedViews(after).some(({ view, erasures = 0 }) => {
    const known = before.featureViews.get(view.name)?.versions.get(view.version)?.erasures ?? 0;
    return erasures > known;
  });
}

/** Returns every version that is not retired and has a generation. */
export function servedViews(snapshot: RegistrySnapshot): RegisteredView[] {
  return [...snapshot.featureViews.values()].flatMap((versions) =>
    [...versions.versions.values()].filter((view) => view.state !== "retired" && view.served !== null),
  );
}
