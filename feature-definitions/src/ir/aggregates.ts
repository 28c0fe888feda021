import type { AggregateExpression } from "./expressions";

/** Returns whether an aggregate gives a list of values. */
export function isGathering({ name }: Pick<AggregateExpression, "name">): boolean {
  return name === "last_n" || name === "collect";
}

/** Returns whether an aggregate's value depends on the order of rows in time. */
export function isByTime({ name }: Pick<AggregateExpression, "name">): boolean {
  return name === "latest" || name === "first" || isGathering({ name });
}
