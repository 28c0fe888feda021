import type { FeatureReference, ServiceInput } from "./nodes";

/** Under this name, in place of a view's, a service answers what it computes. */
export const COMPUTED = "computed";
/** Under this name, in place of a view's, computed features read inputs. */
export const INPUT = "input";
/** What the column of a computed feature's expression is called that reads the as-of time: a timestamp, never null. */
export const AS_OF = "as_of";

/** What the column of a computed feature's expression is called that reads a stored feature. */
export function featureColumnName({ view, feature }: Pick<FeatureReference, "view" | "feature">): string {
  return `${view}.${feature}`;
}

/** What the column of a computed feature's expression is called that reads an input. */
export function inputColumnName({ name }: Pick<ServiceInput, "name">): string {
  return `${INPUT}.${name}`;
}
