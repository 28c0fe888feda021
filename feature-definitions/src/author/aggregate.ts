import type { AggregateExpression, AggregateName } from "../ir/expressions";
import type { ComparableType, NumericType, OrderedType } from "../ir/type-tables";
import type { ValueType } from "../ir/types";
import type { Duration } from "./duration";
import { allOf, scalar } from "./scalar";
import type { Level, Scalar, Typed } from "./scalar-types";

type RowCondition = Typed<"bool", boolean, "row">;

/** One value per entity over its visible source rows. */
export type Aggregate<T extends ValueType, N extends boolean> = Scalar<T, N, "entity"> & {
  /** Only rows for which the condition is true; given twice, for which both are. */
  where(condition: RowCondition): Aggregate<T, N>;
  /** Only rows whose event time lies in (t − duration, t]. */
  over(duration: Duration): Aggregate<T, N>;
};

/** An aggregate that takes one row by (event time, tie-break). */
export type RowAggregate<T extends ValueType> = Scalar<T, true, "entity"> & {
  where(condition: RowCondition): RowAggregate<T>;
  over(duration: Duration): RowAggregate<T>;
  /** Takes the row among those whose value is not null. */
  ignoreNulls(): RowAggregate<T>;
};

/** Mirrors `aggregateType` of `ir/type-of.ts`. */
export type SumType<T extends NumericType> = T extends "int32"
  ? "int64"
  : T extends "int64" | "decimal"
    ? "decimal"
    : "float64";

// As in `scalar`: the static types are declared by the exported functions below.
function build(expression: AggregateExpression): object {
  return {
    ...scalar<ValueType, boolean, Level>(expression),
    where: (condition: RowCondition) =>
      build({ ...expression, where: allOf([expression.where, condition.expression]) }),
    over: (duration: Duration) => build({ ...expression, overSeconds: duration.seconds }),
    ignoreNulls: () => build({ ...expression, ignoreNulls: true }),
  };
}

function aggregate(name: AggregateName, operand: Typed<ValueType, boolean, "row"> | undefined): object {
  return build({
    kind: "aggregate",
    name,
    operand: operand?.expression ?? null,
    where: null,
    overSeconds: null,
    ignoreNulls: false,
  });
}

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
