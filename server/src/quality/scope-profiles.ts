import { type Profile, profileQuery } from "@featstore/definitions/compiler";
import { createBoundedMap, FeatstoreError } from "../core/index";
import type { RegisteredView } from "../registry/index";
import type { Profiled } from "./find-generation";
import type { ProfiledGeneration, QualityStore } from "./quality-store";

/** Profiles one tenant's rows of a generation. */
export type ScopeProfiler = (
  registered: RegisteredView,
  found: ProfiledGeneration,
  tenant: string,
) => Promise<Profiled>;

const MAX_REMEMBERED = 200;

/**
 * Creates a profiler that computes profiles of tenants on request and caches the last 200; a generation's rows never
 * change. Errors: `profile_not_found` if the generation's table is gone.
 */
export function createScopeProfiler(quality: Pick<QualityStore, "profileOfScope">): ScopeProfiler {
  const remembered = createBoundedMap<Promise<Profile | null>>(MAX_REMEMBERED);
  return async ({ view }, found, tenant) => {
    const key = JSON.stringify([found.table, tenant]);
    // Concurrent requests share one computation.
    const pending = remembered.get(key) ?? quality.profileOfScope(found, profileQuery(view, found.table, tenant));
    remembered.set(key, pending);
    const profile = await pending.catch((error: unknown) => {
      remembered.delete(key);
      throw error;
    });
    if (profile !== null) return { ...found, profile };
    remembered.delete(key);
    throw new FeatstoreError(
      "profile_not_found",
      `Generation ${found.generation} of "${view.name}@${view.version}" is dropped, so one tenant's rows can no longer be profiled.`,
    );
  };
}
