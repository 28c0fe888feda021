import { FeatstoreError } from "../../errors";
import type { OfflineStore } from "../../stores/offline-store";
import type { QualityStore } from "../../stores/quality-store";
import type { RegisteredView } from "../../stores/registry";
import { type FeatureDrift, featureDrift } from "./drift/feature-drift";
import type { Thresholds } from "./drift/thresholds";
import { findProfile, type Profiled } from "./find-generation";

export interface DriftRequest {
  /** The generation to compare with; absent: the published one before. */
  readonly baseline?: string;
  /** The generation to look at; absent: the served one. */
  readonly generation?: string;
  readonly thresholds: Thresholds;
  /** Other thresholds, by `view.feature`. */
  readonly featureThresholds: Readonly<Record<string, Partial<Thresholds>>>;
}

export interface DriftReport {
  readonly baseline: Profiled;
  readonly current: Profiled;
  readonly features: readonly FeatureDrift[];
}

/**
 * How far the features of a view version have moved between two of its generations.
 *
 * @throws FeatstoreError `view_not_materialized`, `profile_not_found`, `baseline_missing`
 */
export async function driftReport(
  { quality, offline }: { readonly quality: QualityStore; readonly offline: Pick<OfflineStore, "profile"> },
  registered: RegisteredView,
  { baseline: wanted, generation, thresholds, featureThresholds }: DriftRequest,
): Promise<DriftReport> {
  const { view } = registered;
  const current = await findProfile(quality, registered, generation, offline);
  const baseline =
    wanted === undefined ? await previous(quality, current) : await findProfile(quality, registered, wanted, offline);
  const features = view.features.flatMap(({ name }) => {
    const [before, after] = [baseline.profile.features[name], current.profile.features[name]];
    if (before === undefined || after === undefined) return [];
    return featureDrift(
      name,
      { rows: baseline.profile.rows, profile: before },
      { rows: current.profile.rows, profile: after },
      { ...thresholds, ...featureThresholds[`${view.name}.${name}`] },
    );
  });
  return { baseline, current, features };
}

async function previous(quality: QualityStore, current: Profiled): Promise<Profiled> {
  const found = await quality.before(current);
  if (found?.profile) return { ...found, profile: found.profile };
  throw new FeatstoreError(
    "baseline_missing",
    `No generation of "${current.view}@${current.version}" before ${current.generation} has a profile: drift is seen after the next run.`,
  );
}
