import { type Profile, profileQuery, scopeOf } from "@featstore/definitions/compiler";
import { createBoundedMap, type DriftSettings, FeatstoreError, invalidParameter } from "../core/index";
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

/** A version of a view and one of its generations. Default: the promoted version, the served generation. */
export interface ProfileRequest {
  readonly version?: number;
  readonly generation?: number;
}

/** A request to compare a generation with another one, by default the published generation before it. */
export interface DriftRequest extends ProfileRequest {
  readonly against?: "previous" | "baseline";
  /** A generation instead of the chosen baseline. */
  readonly baseline?: number;
}

/**
 * Reads profiles and drift for the API. A reader with a tenant reads shared views like any
 * other, and only its own tenant's rows of views with tenants.
 */
export interface ProfileReader {
  /** Reads a profile. Errors: those of finding a view, version or generation, `invalid_parameter`, `store_unavailable`. */
  read(name: string, request: ProfileRequest, reader: RegistryReader): Promise<DocumentOf<typeof FeatureViewProfile>>;
  /** Reads drift. Errors: as `read`, and `baseline_missing`. */
  drift(name: string, request: DriftRequest, reader: RegistryReader): Promise<DocumentOf<typeof FeatureViewDrift>>;
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
    async read(name, request, reader) {
      const [version, generation] = [numberText(request.version), numberText(request.generation)];
      const { registered, scope } = versionOf(name, version, reader);
      if (scope !== null) {
        const found = await findGeneration(bounded, registered, generation);
        return profileDocument(registered.view, await profileOfScope(registered, found, scope), { tenant: scope });
      }
      const found = await findProfile(bounded, registered, generation, null);
      return profileDocument(registered.view, found, { drift: await bounded.drifts(found) });
    },
    async drift(name, request, reader) {
      const [version, generation] = [numberText(request.version), numberText(request.generation)];
      const against = againstOf(request);
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
        { against, generation, settings },
      );
      return driftDocument(report, scope);
    },
  };
}

/** The look-ups also serve commands, whose arguments are texts. */
function numberText(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function againstOf({ against, baseline }: DriftRequest): DriftBaseline {
  if (baseline === undefined) return against ?? "previous";
  if (against !== "previous") return { generation: String(baseline) };
  throw invalidParameter([{ path: "baseline", detail: 'only allowed with against "baseline"' }]);
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
