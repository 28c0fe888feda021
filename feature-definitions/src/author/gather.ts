import type { GatheredType } from "../ir/type-tables";
import { type Aggregate, aggregate } from "./aggregate-methods";
import type { Typed } from "./scalar-types";

/** Mirrors `list` of `ir/aggregates.ts`. */
export type GatherType<T extends GatheredType> = T extends "string" | "uuid" ? "string[]" : "float64[]";

/**
 * The values of the last `limit` rows (1 to 1000) with a non-null value, newest first by (event time, tie-break): texts
 * as `string[]`, numbers as `float64[]`. Null if there are none.
 *
 * @example lastN(p.player, 5).over(days(7))
 */
export function lastN<T extends GatheredType>(
  operand: Typed<T, boolean, "row">,
  limit: number,
): Aggregate<GatherType<T>, true> {
  return aggregate("last_n", operand, { limit }) as Aggregate<GatherType<T>, true>;
}

/**
 * Like `lastN`, but oldest first, the order in which sequence models read values. If there are more than `limit` values
 * (1 to 1000), the oldest are omitted.
 *
 * @example collect(p.seconds, { limit: 100 })
 */
export function collect<T extends GatheredType>(
  operand: Typed<T, boolean, "row">,
  { limit }: { readonly limit: number },
): Aggregate<GatherType<T>, true> {
  return aggregate("collect", operand, { limit }) as Aggregate<GatherType<T>, true>;
}
