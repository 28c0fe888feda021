import type { ComparableType, NumericType, OrderedType } from "../ir/type-tables";
import type { ValueType } from "../ir/types";
import { type Aggregate, aggregate, type RowAggregate } from "./aggregate-methods";
import type { Typed } from "./scalar-types";

/** Mirrors `total` of `ir/aggregates.ts`. */
export type SumType<T extends NumericType> = T extends "int32"
  ? "int64"
  : T extends "int64" | "decimal"
    ? "decimal"
    : "float64";

/** The value of the last row by (event time, tie-break), including null. */
export function latest<T extends ValueType>(operand: Typed<T, boolean, "row">): RowAggregate<T> {
  return aggregate("latest", operand) as RowAggregate<T>;
}

/** The value of the first row by (event time, tie-break), including null. */
export function first<T extends ValueType>(operand: Typed<T, boolean, "row">): RowAggregate<T> {
  return aggregate("first", operand) as RowAggregate<T>;
}

/** The number of rows, or of rows whose operand is not null. 0 if there are none. */
export function count(operand?: Typed<ValueType, boolean, "row">): Aggregate<"int32", false> {
  return aggregate("count", operand) as Aggregate<"int32", false>;
}

/** The number of distinct non-null values. 0 if there are none. */
export function countDistinct(operand: Typed<ComparableType, boolean, "row">): Aggregate<"int32", false> {
  return aggregate("count_distinct", operand) as Aggregate<"int32", false>;
}

/** The sum of the non-null values: int32 sums to int64, int64 and decimal to decimal, floats to float64. */
export function sum<T extends NumericType>(operand: Typed<T, boolean, "row">): Aggregate<SumType<T>, true> {
  return aggregate("sum", operand) as Aggregate<SumType<T>, true>;
}

/** The mean of the non-null values, as float64. */
export function avg(operand: Typed<NumericType, boolean, "row">): Aggregate<"float64", true> {
  return aggregate("avg", operand) as Aggregate<"float64", true>;
}

export function min<T extends OrderedType>(operand: Typed<T, boolean, "row">): Aggregate<T, true> {
  return aggregate("min", operand) as Aggregate<T, true>;
}

export function max<T extends OrderedType>(operand: Typed<T, boolean, "row">): Aggregate<T, true> {
  return aggregate("max", operand) as Aggregate<T, true>;
}

/** The sample standard deviation as float64; null for fewer than two values. */
export function stddev(operand: Typed<NumericType, boolean, "row">): Aggregate<"float64", true> {
  return aggregate("stddev", operand) as Aggregate<"float64", true>;
}

/** The sample variance as float64; null for fewer than two values. */
export function variance(operand: Typed<NumericType, boolean, "row">): Aggregate<"float64", true> {
  return aggregate("variance", operand) as Aggregate<"float64", true>;
}

/**
 * The value below which `fraction` (0 to 1) of the non-null values lie, as float64; 0.5 gives the median. Interpolates
 * between two values like `percentile_cont` of the SQL standard (type 7 of Hyndman and Fan, 1996; the default of R and
 * NumPy): of n ordered values, it takes the one at position fraction × (n − 1), from 0. Null if there are no values.
 *
 * @example percentile(p.seconds, 0.95).over(days(30))
 */
export function percentile(operand: Typed<NumericType, boolean, "row">, fraction: number): Aggregate<"float64", true> {
  return aggregate("percentile", operand, { fraction }) as Aggregate<"float64", true>;
}

/**
 * The most frequent non-null value; among equally frequent ones, the smallest (strings by code point, false before
 * true).
 */
export function mode<T extends ComparableType>(operand: Typed<T, boolean, "row">): Aggregate<T, true> {
  return aggregate("mode", operand) as Aggregate<T, true>;
}

/**
 * True if the condition is true for at least one row. Ignores rows for which it is null; null if no others are left.
 */
export function any(operand: Typed<"bool", boolean, "row">): Aggregate<"bool", true> {
  return aggregate("any", operand) as Aggregate<"bool", true>;
}

/** True if the condition is true for all rows. Ignores rows for which it is null; null if no others are left. */
export function every(operand: Typed<"bool", boolean, "row">): Aggregate<"bool", true> {
  return aggregate("every", operand) as Aggregate<"bool", true>;
}
