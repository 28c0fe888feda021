import { type DriftSettings, FeatstoreError } from "../core/index";
import type { RegisteredView } from "../registry/index";
import { type FeatureDrift, featureDrift } from "./drift/feature-drift";
import { findGeneration, type Profiled } from "./find-generation";
import type { ProfiledGeneration, QualityStore } from "./quality-store";

/** The generation to compare with: the previously published one, the chosen baseline, or one by its number. */
export type DriftBaseline = "previous" | "baseline" | { readonly generation: string };

export interface DriftRequest {
  readonly against: DriftBaseline;
  /** The generation to examine. Default: the served one. */
  readonly generation?: string | undefined;
  readonly settings: DriftSettings;
}

export interface DriftReport {
  readonly against: DriftBaseline;
  readonly baseline: Profiled;
  readonly current: Profiled;
  readonly features: readonly FeatureDrift[];
}

/** Returns a generation with the profile to compare, or throws. */
export type ProfileOf = (found: ProfiledGeneration) => Promise<Profiled>;

/**
 * Measures how far the features of a view version have moved between two of its generations.
 *
 * @throws FeatstoreError `view_not_materialized`, `profile_not_found`, `baseline_missing`
 */
export async function driftReport(
  quality: Pick<QualityStore, "generation" | "before" | "baseline">,
  profileOf: ProfileOf,
  registered: RegisteredView,
  { against, generation, settings }: DriftRequest,
): Promise<DriftReport> {
  const current = await profileOf(await findGeneration(quality, registered, generation));
  const baseline = await profileOf(await baselineOf(quality, registered, current, against));
  return { against, baseline, current, features: compareProfiles(registered, baseline, current, settings) };
}

/** Compares the features in order. */
export function compareProfiles(
  { view }: RegisteredView,
  baseline: Profiled,
  current: Profiled,
  { thresholds, features }: DriftSettings,
): readonly FeatureDrift[] {
  return view.features.flatMap(({ name }) => {
    const [before, after] = [baseline.profile.features[name], current.profile.features[name]];
    if (before === undefined || after === undefined) return [];
    return featureDrift(
      name,
      { rows: baseline.profile.rows, profile: before },
      { rows: current.profile.rows, profile: after },
      { ...thresholds, ...features[`${view.name}.${name}`] },
    );
  });
}

async function baselineOf(
  quality: Pick<QualityStore, "generation" | "before" | "baseline">,
  registered: RegisteredView,
  current: Profiled,
  against: DriftBaseline,
): Promise<ProfiledGeneration> {
  const label = `${current.view}@${current.version}`;
  if (against === "baseline") {
    const found = await quality.baseline(current.view, current.version);
    if (found !== undefined) return found;
    throw new FeatstoreError(
      "baseline_missing",
      `No baseline is chosen for "${label}": featstore drift ${label} --set-baseline makes the served generation one.`,
    );
  }
  if (against !== "previous") return findGeneration(quality, registered, against.generation);
  const found = await quality.before(current);
  if (found?.profile) return found;
  throw new FeatstoreError(
    "baseline_missing",
    `No generation of "${label}" before ${current.generation} has a profile: drift is available after the next run.`,
  );
}
