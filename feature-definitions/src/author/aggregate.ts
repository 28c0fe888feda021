import type { ComparableType, NumericType, OrderedType } from "../ir/type-tables";
import type { ValueType } from "../ir/types";
import { type Aggregate, aggregate, type RowAggregate } from "./aggregate-methods";
import type { Typed } from "./scalar-types";

/** Mirrors `aggregateType` of `ir/type-of.ts`. */
export type SumType<T extends NumericType> = T extends "int32"
  ? "int64"
  : T extends "int64" | "decimal"
    ? "decimal"
    : "float64";

/** The value of the last row by (event time, tie-break), null included. */
export function latest<T extends ValueType>(operand: Typed<T, boolean, "row">): RowAggregate<T> {
  return aggregate("latest", operand) as RowAggregate<T>;
}

/** The value of the first row by (event time, tie-break), null included. */
export function first<T extends ValueType>(operand: Typed<T, boolean, "row">): RowAggregate<T> {
  return aggregate("first", operand) as RowAggregate<T>;
}

/** How many rows there are, or rows whose operand is not null. 0 over nothing. */
export function count(operand?: Typed<ValueType, boolean, "row">): Aggregate<"int32", false> {
  return aggregate("count", operand) as Aggregate<"int32", false>;
}

/** How many different values there are, null not among them. 0 over nothing. */
export function countDistinct(operand: Typed<ComparableType, boolean, "row">): Aggregate<"int32", false> {
  return aggregate("count_distinct", operand) as Aggregate<"int32", false>;
}

/** int32 sums to int64, int64 and decimal to decimal, floats to float64. */
export function sum<T extends NumericType>(operand: Typed<T, boolean, "row">): Aggregate<SumType<T>, true> {
  return aggregate("sum", operand) as Aggregate<SumType<T>, true>;
}

/** The mean of the values that are not null, as float64. */
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
 * The value below which `fraction` (0 to 1) of the values that are not null lie, as float64: the median for 0.5. Between
 * two values it is interpolated, as `percentile_cont` of the SQL standard is (type 7 of Hyndman and Fan, 1996; the default
 * of R and NumPy): of n ordered values, the one at position fraction × (n − 1), from 0. Null over nothing.
 *
 * @example percentile(p.seconds, 0.95).over(days(30))
 */
export function percentile(operand: Typed<NumericType, boolean, "row">, fraction: number): Aggregate<"float64", true> {
  return aggregate("percentile", operand, { fraction }) as Aggregate<"float64", true>;
}

/** The most frequent value that is not null; of several, the smallest (strings by code point, false before true). */
export function mode<T extends ComparableType>(operand: Typed<T, boolean, "row">): Aggregate<T, true> {
  return aggregate("mode", operand) as Aggregate<T, true>;
}

/** Whether the condition is true for a row. Rows for which it is null do not count; null where none is left. */
export function any(operand: Typed<"bool", boolean, "row">): Aggregate<"bool", true> {
  return aggregate("any", operand) as Aggregate<"bool", true>;
}

/** Whether the condition is true for all rows. Rows for which it is null do not count; null where none is left. */
export function every(operand: Typed<"bool", boolean, "row">): Aggregate<"bool", true> {
  return aggregate("every", operand) as Aggregate<"bool", true>;
}
