import type { DriftSettings } from "../core/index";
import type { GenerationName } from "../materialization/index";
import type { RegisteredView } from "../registry/index";
import { featureDriftDocument } from "./drift-document";
import { compareProfiles } from "./drift-report";
import type { Profiled } from "./find-generation";
import type { ProfiledGeneration, QualityStore, StoredDrift } from "./quality-store";

/**
 * Measures and stores the drift of a generation with a profile from the previously published generation and from the
 * chosen baseline. Without either, nothing is stored. Errors: `DatabaseError`.
 */
export async function recordDrift(
  quality: QualityStore,
  registered: RegisteredView,
  name: GenerationName,
  settings: DriftSettings,
): Promise<void> {
  const current = profiled(await quality.generation(name));
  if (current === undefined) return;
  const others = [
    ["previous", await quality.before(current)],
    ["baseline", await quality.baseline(current.view, current.version)],
  ] as const;
  const drifts = others.flatMap(([against, found]): readonly StoredDrift[] => {
    const baseline = profiled(found);
    if (baseline === undefined || baseline.generation === current.generation) return [];
    const features = compareProfiles(registered, baseline, current, settings).map(featureDriftDocument);
    return [{ against, baseline: baseline.generation, features }];
  });
  if (drifts.length > 0) await quality.saveDrifts(current, drifts);
}

function profiled(found: ProfiledGeneration | undefined): Profiled | undefined {
  return found?.profile ? { ...found, profile: found.profile } : undefined;
}
