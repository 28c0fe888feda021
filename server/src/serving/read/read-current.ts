import { FeatstoreError } from "../../core/index";
import { OnlineStoreError } from "../online-store/online-store";
import type { ServingRegistry } from "../serving-registry";
import type { ServingState } from "../serving-states";

/**
 * Runs `read` against the served registry. A replica that has not heard of the newest generations may read a table that
 * was dropped meanwhile; it then retries once with the current registry.
 */
export function readCurrent<Result>(
  registry: ServingRegistry,
  read: (state: ServingState) => Result | Promise<Result>,
): Result | Promise<Result> {
  const state = registry.current();
  const result = read(state);
  return result instanceof Promise ? orFromNewest(registry, state, result, read) : result;
}

/** Retries a read of `state` with the newest registry if the table that it read was dropped. */
export function orFromNewest<Result>(
  registry: ServingRegistry,
  state: ServingState,
  result: Promise<Result>,
  read: (newest: ServingState) => Result | Promise<Result>,
): Promise<Result> {
  return result.catch(async (error: unknown) => {
    if (!isGone(error)) throw error;
    const newest = await registry.newest().catch(() => state);
    if (newest === state) throw error;
    return read(newest);
  });
}

function isGone(error: unknown): boolean {
  return error instanceof FeatstoreError && error.cause instanceof OnlineStoreError && error.cause.code === "gone";
}
