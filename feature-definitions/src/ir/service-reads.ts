import type { FeatureReference, FeatureService } from "./nodes";

/** Every feature that a service reads: those it answers and those by which it reaches other entities. None twice. */
export function featuresReadBy({ features }: Pick<FeatureService, "features">): readonly FeatureReference[] {
  const read = features.flatMap((reference) =>
    reference.through === undefined ? [reference] : [reference, reference.through],
  );
  const byName = new Map(
    read.map((reference) => [JSON.stringify([reference.view, reference.version, reference.feature]), reference]),
  );
  return [...byName.values()];
}
