import { type Profile, profileQuery } from "@featstore/definitions";
import { FeatstoreError } from "../../errors";
import type { ProfiledGeneration, QualityStore } from "../../stores/quality-store";
import type { RegisteredView } from "../../stores/registry";
import { createBoundedMap } from "../bounded-map";
import type { Profiled } from "./find-generation";

/** A generation with the profile of one tenant's rows, and of no other's. */
export type ScopeProfiler = (
  registered: RegisteredView,
  found: ProfiledGeneration,
  tenant: string,
) => Promise<Profiled>;

const MAX_REMEMBERED = 200;

/**
 * Makes profiles of tenants when they are asked for, and remembers the last 200: a generation's rows never change.
 * Errors: `profile_not_found` where the generation's table is gone.
 */
export function createScopeProfiler(quality: Pick<QualityStore, "profileOfScope">): ScopeProfiler {
  const remembered = createBoundedMap<Promise<Profile | null>>(MAX_REMEMBERED);
  return async ({ view }, found, tenant) => {
    const key = JSON.stringify([found.table, tenant]);
    // Many who ask at once make one.
    const making = remembered.get(key) ?? quality.profileOfScope(found, profileQuery(view, found.table, tenant));
    remembered.set(key, making);
    const profile = await making.catch((error: unknown) => {
      remembered.delete(key);
      throw error;
    });
    if (profile !== null) return { ...found, profile };
    remembered.delete(key);
    throw new FeatstoreError(
      "profile_not_found",
      `Generation ${found.generation} of "${view.name}@${view.version}" is dropped, so that nothing more can be told of one tenant's rows in it.`,
    );
  };
}
