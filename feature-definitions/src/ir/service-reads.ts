import { columnsRead } from "./canonical";
import type { ComputedFeature, FeatureReference, FeatureService } from "./nodes";
import { AS_OF } from "./service-columns";

/**
 * Every feature that a service reads, without duplicates: those it returns and those that hold keys of joined entities.
 */
export function featuresReadBy({ features }: Pick<FeatureService, "features">): readonly FeatureReference[] {
  const read = features.flatMap((reference) =>
    reference.through === undefined ? [reference] : [reference, reference.through],
  );
  const byName = new Map(
    read.map((reference) => [JSON.stringify([reference.view, reference.version, reference.feature]), reference]),
  );
  return [...byName.values()];
}

/** Returns whether the value changes as time passes, because the expression reads the as-of time. */
export function readsAsOf({ expression }: Pick<ComputedFeature, "expression">): boolean {
  return columnsRead([expression]).has(AS_OF);
}
