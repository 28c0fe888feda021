import { FeatstoreError } from "../errors";
import { OnlineStoreError } from "../stores/online-store";
import type { ServingRegistry, ServingState } from "./serving-registry";

/**
 * What `read` gives of the registry that is served. A replica that has not heard of the newest generations may name a
 * table that was dropped meanwhile: then it is read once more, of the registry as it is now.
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
