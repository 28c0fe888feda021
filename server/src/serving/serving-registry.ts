import { FeatstoreError } from "../core/index";
import type { RegistryStore } from "../registry/index";
import { followRegistry } from "./follow-registry";
import type { OnlineStore } from "./online-store/online-store";
import { createServingStates, type ServingState } from "./serving-states";

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

/**
 * Follows the registry. A new snapshot is served once the online store has loaded its generations. The very first is
 * served at once from the database, while the store loads.
 */
export async function createServingRegistry(options: ServingRegistryOptions): Promise<ServingRegistry> {
  const { registry, onlineStore, pollMs, onFault, onChange } = options;
  const states = createServingStates({ registry, onlineStore, onChange });
  const follower = followRegistry({ watch: (onNews) => registry.watch(onNews), states, pollMs, onFault });
  let reading: Promise<ServingState> | undefined;

  const readNewest = async (): Promise<ServingState> => {
    const { state, isNew } = await states.newest();
    if (isNew) follower.wake();
    return state;
  };

  // The online store may still be loading: until then reads fall through to the database.
  await Promise.race([states.whenServed, follower.refresh()]);
  follower.startPolling();

  return {
    current() {
      const state = states.served();
      if (state === undefined) {
        throw new FeatstoreError("starting", "The registry has not been read yet: try again in a moment.", {
          headers: { "retry-after": "1" },
        });
      }
      return state;
    },
    newest() {
      // Concurrent readers share one query.
      reading ??= readNewest().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    revision: () => states.served()?.snapshot.revision ?? null,
    fault: follower.fault,
    refresh: follower.refresh,
    close: follower.close,
  };
}
