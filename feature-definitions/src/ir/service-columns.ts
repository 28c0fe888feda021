import type { FeatureReference, ServiceInput } from "./nodes";

/** The prefix under which a service returns its computed features, in place of a view name. */
export const COMPUTED = "computed";
/** The prefix under which computed features read inputs, in place of a view name. */
export const INPUT = "input";
/** The column through which computed features read the as-of time: a timestamp, never null. */
export const AS_OF = "as_of";

/** Names the column through which computed features read a stored feature. */
export function featureColumnName({ view, feature }: Pick<FeatureReference, "view" | "feature">): string {
  return `${view}.${feature}`;
}

/** Names the column through which computed features read an input. */
export function inputColumnName({ name }: Pick<ServiceInput, "name">): string {
  return `${INPUT}.${name}`;
}
