import { createBoundedMap, type Grants, type Scope } from "../core/index";
import { readableSnapshot } from "../registry/index";
import type { ServingState } from "./serving-states";

/** Returns the part of a state that a caller may read, as `readableSnapshot` does. */
export type ReadableStates = (state: ServingState, grants: Grants | null, scope: Scope) => ServingState;

/** Selections of callers with the same permissions. */
const MAX_SELECTIONS = 200;

/**
 * Creates the function that restricts states, with selections of their own, so that no cache is shared by callers with
 * different permissions. Callers with the same grants share one, as long as the state is served. A caller that may read
 * everything gets the state itself, at the cost of one test.
 */
export function createReadableStates(): ReadableStates {
  const byState = new WeakMap<ServingState, WeakMap<Grants, Map<Scope, ServingState>>>();
  return (state, grants, scope) => {
    if (grants === null || grants.hasAll(scope)) return state;
    const byGrants = byState.get(state) ?? new WeakMap<Grants, Map<Scope, ServingState>>();
    byState.set(state, byGrants);
    const byScope = byGrants.get(grants) ?? new Map<Scope, ServingState>();
    byGrants.set(grants, byScope);
    const readable = byScope.get(scope) ?? {
      snapshot: readableSnapshot(state.snapshot, grants, scope),
      selections: createBoundedMap(MAX_SELECTIONS),
    };
    byScope.set(scope, readable);
    return readable;
  };
}
