import { FeatstoreError } from "../../core/index";
import { OnlineStoreError } from "../online-store/online-store";
import type { ServingRegistry, ServingState } from "../serving-registry";

/**
 * Runs `read` against the served registry. A replica that has not heard of the newest generations may read a table that
 * was dropped meanwhile; it then retries once with the current registry.
 */
export function readCurrent<Answer>(
  registry: ServingRegistry,
  read: (state: ServingState) => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  const state = registry.current();
  const answer = read(state);
  if (!(answer instanceof Promise)) return answer;
  return answer.catch(async (error: unknown) => {
    if (!isGone(error)) throw error;
    const newest = await registry.newest().catch(() => state);
    if (newest === state) throw error;
    return read(newest);
  });
}

function isGone(error: unknown): boolean {
  return error instanceof FeatstoreError && error.cause instanceof OnlineStoreError && error.cause.code === "gone";
}
