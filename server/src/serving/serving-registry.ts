import { type BoundedMap, createBoundedMap, FeatstoreError } from "../core/index";
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

/** Follows the registry. */
export interface ServingRegistry {
  /** Errors: `starting` before the first snapshot. */
  current(): ServingState;
  /**
   * Returns the registry as it is now, without waiting until the online store has loaded it. For readers to whom
   * `current` is too old. Returns the served state itself if nothing is newer. Errors: those of the registry's store.
   */
  newest(): Promise<ServingState>;
  revision(): number | null;
  /** Returns why the last attempt to read the registry failed, else null. */
  fault(): unknown;
  /** Reads the registry now and resolves once it is served. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface ServingRegistryOptions {
  readonly registry: RegistryStore;
  readonly onlineStore: OnlineStore;
  /** Milliseconds between polls of the revision, used without notifications. */
  readonly pollMs: number;
  readonly onFault: (error: unknown) => void;
  readonly onChange?: (revision: number) => void;
}

const MAX_SELECTIONS = 1000;

/**
 * Follows the registry by notification and by polling. A new snapshot is served once the online store has loaded its
 * generations. Until then the old one is served, and its generations stay loaded as well. The very first is served at
 * once from the database, while the store loads.
 */
export async function createServingRegistry(options: ServingRegistryOptions): Promise<ServingRegistry> {
  const { registry, onlineStore, pollMs, onFault } = options;
  let state: ServingState | undefined;
  // Newer than `state`. It becomes `state` once the online store is ready for it.
  let ahead: ServingState | undefined;
  let asking: Promise<ServingState> | undefined;
  let fault: unknown = null;
  let closed = false;
  let running: Promise<void> | undefined;
  let again = false;
  let applying: Promise<void> | undefined;
  let applyAgain = false;
  let reportedRevision: number | undefined;
  let unwatched = false;
  let timer: NodeJS.Timeout | undefined;
  let endWatch: (() => Promise<void>) | undefined;
  let settled = (): void => undefined;
  const first = new Promise<void>((resolve) => {
    settled = resolve;
  });

  const readState = async (): Promise<ServingState> => ({
    snapshot: await registry.snapshot(),
    selections: createBoundedMap(MAX_SELECTIONS),
  });

  const ask = async (): Promise<ServingState> => {
    const revision = await registry.revision();
    const known = [state, ahead].find((each) => each?.snapshot.revision === revision);
    if (known !== undefined) return known;
    const next = await readState();
    if (!serveErased(next)) ahead = next;
    wake();
    return next;
  };

  const serve = (next: ServingState): void => {
    const { revision } = next.snapshot;
    // A later one may already be served because of an erasure.
    if (state !== undefined && revision < state.snapshot.revision) return;
    state = next;
    if (ahead !== undefined && ahead.snapshot.revision <= revision) ahead = undefined;
    if (revision !== reportedRevision) options.onChange?.(revision);
    reportedRevision = revision;
  };

  /** Stops serving erased keys at once: the database answers while the store loads the rest. */
  const serveErased = (next: ServingState): boolean => {
    if (state === undefined || !hasErasures(state.snapshot, next.snapshot)) return false;
    serve(next);
    onlineStore.forget?.(servedViews(next.snapshot));
    return true;
  };

  const applyErasures = async (): Promise<void> => {
    do {
      applyAgain = false;
      // If the database is unavailable, the refresh in progress reports it.
      const next = await readState().catch(() => undefined);
      if (next !== undefined) serveErased(next);
    } while (applyAgain && !closed);
  };

  const adopt = async (): Promise<void> => {
    if (
      state !== undefined &&
      !isSunsetPast(state.snapshot) &&
      (await registry.revision()) === state.snapshot.revision
    ) {
      // Retries what could not be loaded before.
      await onlineStore.follow?.(servedViews(state.snapshot));
      return;
    }
    const next = await readState();
    const { snapshot } = next;
    if (state === undefined) {
      state = next;
      settled();
    } else if (!serveErased(next)) {
      await onlineStore.follow?.([...servedViews(state.snapshot), ...servedViews(snapshot)]);
    }
    serve(next);
    await onlineStore.follow?.(servedViews(state.snapshot));
  };

  const run = async (): Promise<void> => {
    do {
      again = false;
      try {
        await adopt();
        fault = null;
      } catch (error) {
        fault = error;
        settled();
        if (!closed) onFault(error);
      }
      await startWatching();
    } while (again && !closed);
  };

  /**
   * Without notifications, for example behind a pooler, changes are seen by polling. That is slower, but not a fault.
   */
  const startWatching = async (): Promise<void> => {
    if (closed || endWatch !== undefined || state === undefined) return;
    try {
      endWatch = await registry.watch(wake);
    } catch (error) {
      if (!unwatched) onFault(error);
      unwatched = true;
    }
  };

  const refresh = (): Promise<void> => {
    again = true;
    if (running !== undefined) {
      applyAgain = true;
      applying ??= applyErasures().finally(() => {
        applying = undefined;
      });
    }
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };

  function wake(): void {
    if (!closed) void refresh();
  }

  const poll = (): void => {
    timer = setTimeout(() => {
      void refresh();
      poll();
    }, pollMs);
    timer.unref();
  };

  void refresh();
  // The online store may still be loading: until then reads fall through to the database.
  await first;
  poll();

  return {
    current() {
      if (state === undefined) {
        throw new FeatstoreError("starting", "The registry has not been read yet: try again in a moment.", {
          headers: { "retry-after": "1" },
        });
      }
      return state;
    },
    newest() {
      // Concurrent readers share one query.
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    revision: () => state?.snapshot.revision ?? null,
    fault: () => fault,
    refresh,
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
      await applying;
      await endWatch?.();
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
