import { type Profile, profileQuery, scopeOf } from "@featstore/definitions/compiler";
import { createBoundedMap, type DriftSettings, FeatstoreError, parseQuery } from "../core/index";
import { type CallOptions, refuseStoreFault } from "../database/index";
import type { DocumentOf } from "../http/index";
import {
  findVersion,
  type RegisteredView,
  type RegistryReader,
  readableSnapshot,
  type ServedRegistry,
} from "../registry/index";
import { driftDocument } from "./drift-document";
import { type DriftBaseline, driftReport } from "./drift-report";
import type { FeatureViewDrift } from "./drift-schema";
import { findGeneration, findProfile, type Profiled } from "./find-generation";
import { profileDocument } from "./profile-document";
import type { FeatureViewProfile } from "./profile-schema";
import type { ProfiledGeneration, QualityStore } from "./quality-store";

const MAX_REMEMBERED = 200;

/**
 * Reads profiles and drift for the API; `query` is the raw query. A reader with a tenant reads shared views like any
 * other, and only its own tenant's rows of views with tenants.
 */
export interface ProfileReader {
  /** Reads a profile. Errors: those of finding a view, version or generation, `invalid_parameter`, `store_unavailable`. */
  read(name: string, query: string, reader: RegistryReader): Promise<DocumentOf<typeof FeatureViewProfile>>;
  /** Reads drift. Errors: as `read`, and `baseline_missing`. */
  drift(name: string, query: string, reader: RegistryReader): Promise<DocumentOf<typeof FeatureViewDrift>>;
}

const DEADLINE_MS = 5_000;

export function createProfileReader(
  registry: ServedRegistry,
  quality: QualityStore,
  settings: DriftSettings,
): ProfileReader {
  const bounded = withDeadline(quality, { deadlineMs: DEADLINE_MS });
  const profileOfScope = createScopeProfiler(bounded);
  const versionOf = (name: string, version: string | undefined, { tenant, grants }: RegistryReader) => {
    const snapshot = readableSnapshot(registry.current().snapshot, grants, "registry:read");
    const registered = findVersion(snapshot, name, version, { evenRetired: true });
    // Extremes and frequent values may come from other tenants.
    return { registered, scope: scopeOf(registered.view) === "tenant" ? tenant : null };
  };
  return {
    async read(name, query, reader) {
      const { version, generation } = parseQuery(query, ["version", "generation"]);
      const { registered, scope } = versionOf(name, version, reader);
      if (scope !== null) {
        const found = await findGeneration(bounded, registered, generation);
        return profileDocument(registered.view, await profileOfScope(registered, found, scope), { tenant: scope });
      }
      const found = await findProfile(bounded, registered, generation, null);
      return profileDocument(registered.view, found, { drift: await bounded.drifts(found) });
    },
    async drift(name, query, reader) {
      const { version, generation, against, baseline } = parseQuery(query, [
        "version",
        "generation",
        "against",
        "baseline",
      ]);
      const { registered, scope } = versionOf(name, version, reader);
      const report = await driftReport(
        bounded,
        scope === null
          ? async (found) => {
              if (found.profile !== null) return { ...found, profile: found.profile };
              const isServed = generation === undefined && found.generation === registered.served?.generation;
              return findProfile(bounded, registered, isServed ? undefined : String(found.generation), null);
            }
          : (found) => profileOfScope(registered, found, scope),
        registered,
        { against: againstOf(against, baseline), generation, settings },
      );
      return driftDocument(report, scope);
    },
  };
}

function againstOf(against: string | undefined, baseline: string | undefined): DriftBaseline {
  const refuse = (path: string, detail: string) =>
    new FeatstoreError("invalid_parameter", `${path}: ${detail}.`, { errors: [{ path, detail }] });
  if (against !== undefined && against !== "previous" && against !== "baseline")
    throw refuse("query.against", 'it is "previous" or "baseline"');
  if (baseline === undefined) return against ?? "previous";
  if (against === "previous") throw refuse("query.baseline", 'only allowed with against "baseline"');
  return { generation: baseline };
}

function withDeadline(quality: QualityStore, options: CallOptions): QualityStore {
  return {
    ...quality,
    generation: (name) => quality.generation(name, options).catch(refuseStoreFault),
    before: (name) => quality.before(name, options).catch(refuseStoreFault),
    baseline: (view, version) => quality.baseline(view, version, options).catch(refuseStoreFault),
    drifts: (name) => quality.drifts(name, options).catch(refuseStoreFault),
    profileOfScope: (name, query) => quality.profileOfScope(name, query, options).catch(refuseStoreFault),
  };
}

/** Profiles one tenant's rows of a generation. */
type ScopeProfiler = (registered: RegisteredView, found: ProfiledGeneration, tenant: string) => Promise<Profiled>;

/**
 * Creates a profiler that computes profiles of tenants on request and caches the last 200; a generation's rows never
 * change. Errors: `profile_not_found` if the generation's table is gone.
 */
function createScopeProfiler(quality: Pick<QualityStore, "profileOfScope">): ScopeProfiler {
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
