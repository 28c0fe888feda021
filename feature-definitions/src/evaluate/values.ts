import type { Expression } from "../ir/expressions";

/**
 * An exact decimal number: `units` × 10^−`scale`. The scale, from 0, is the number of digits after the point in its
 * text.
 */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** The JSON value `null`; an absent value is `null` itself. */
export const jsonNull: unique symbol = Symbol("JSON null");

/** JSON whose numbers keep all their digits. */
export type Json = typeof jsonNull | boolean | string | Decimal | readonly Json[] | ReadonlyMap<string, Json>;

/**
 * A value in process, by type:
 *
 *   bool                boolean
 *   int32, int64        bigint
 *   float32, float64    number, finite
 *   decimal             Decimal
 *   string              string, well-formed and without zero characters
 *   uuid                string, as PostgreSQL prints it: 36 characters in lower case
 *   timestamp           bigint: microseconds since 1970-01-01T00:00:00Z
 *   date                string, `2026-01-31`; after 9999 with more digits, before year 1 `0001-12-31 BC`
 *   json                Json
 *   string[]            string[]
 *   float64[] vector(n) number[]
 *
 * and null.
 */
export type PortableValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Decimal
  | Json
  | readonly string[]
  | readonly number[];

/** Values by column name; an absent one is null. */
export type EvaluatorInputs = ReadonlyMap<string, PortableValue>;

export type Evaluator = (inputs: EvaluatorInputs) => PortableValue;

/** Makes the evaluator of an operand. */
export type Compile = (expression: Expression) => Evaluator;

type Guard<T extends PortableValue> = (value: PortableValue) => value is T;

export const isBool: Guard<boolean> = (value) => typeof value === "boolean";
export const isInteger: Guard<bigint> = (value) => typeof value === "bigint";
export const isFloat: Guard<number> = (value) => typeof value === "number";
export const isText: Guard<string> = (value) => typeof value === "string";
export const isDecimal: Guard<Decimal> = (value): value is Decimal =>
  typeof value === "object" && value !== null && "units" in value;

export const isVector: Guard<readonly number[]> = (value): value is readonly number[] =>
  Array.isArray(value) && value.every(isFloat);

/** Applies a function to a non-null value; the operand's type has been checked. */
export function unary<T extends PortableValue>(
  operand: Evaluator,
  is: Guard<T>,
  apply: (value: T) => PortableValue,
): Evaluator {
  return (inputs) => {
    const value = operand(inputs);
    return is(value) ? apply(value) : null;
  };
}

/** Applies a function to two values; null if either is null. */
export function binary<T extends PortableValue>(
  left: Evaluator,
  right: Evaluator,
  is: Guard<T>,
  apply: (left: T, right: T) => PortableValue,
): Evaluator {
  return (inputs) => {
    const a = left(inputs);
    if (!is(a)) return null;
    const b = right(inputs);
    return is(b) ? apply(a, b) : null;
  };
}
