import type { AggregateExpression, Expression } from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import type { NumericType } from "../ir/type-tables";
import { scalar } from "./scalar";
import type { ArithmeticType, Scalar, Typed } from "./scalar-types";

/** An aggregate of numbers over a window. */
export interface WindowedNumber<T extends NumericType> extends Typed<T, boolean, "entity"> {
  readonly over: unknown;
  readonly "~windowed"?: true;
}

const secondsPerDay = 86_400;

/** Without type checking, an aggregate may have no window; a window of 0 seconds makes `check` report it. */
function windowed({ expression }: Typed<NumericType, boolean, "entity">): AggregateExpression | null {
  if (expression.kind !== "aggregate") return null;
  return { ...expression, overSeconds: expression.overSeconds ?? 0 };
}

/**
 * Divides an aggregate over a window by the window's length in days, as float64.
 *
 * @example ratePerDay(count().over(days(7)))
 */
export function ratePerDay<T extends NumericType>(aggregate: WindowedNumber<T>): Scalar<"float64", true, "entity"> {
  const whole = windowed(aggregate);
  const value: Expression = whole ?? aggregate.expression;
  const left: Expression =
    typeOf(value) === "decimal" ? { kind: "cast", operand: value, to: "float64", strict: false } : value;
  const days: Expression = {
    kind: "literal",
    type: "float64",
    value: (whole?.overSeconds ?? secondsPerDay) / secondsPerDay,
  };
  return scalar({ kind: "arithmetic", operator: "/", left, right: days });
}

/**
 * Subtracts from an aggregate over the window (t − d, t] the same aggregate over the window before it, (t − 2d, t − d].
 * Null if one of them is null, as a sum over no rows is; counts are never null.
 *
 * @example changeAgainstPrevious(count().over(days(7)))
 */
export function changeAgainstPrevious<T extends NumericType>(
  aggregate: WindowedNumber<T>,
): Scalar<ArithmeticType<T, T>, true, "entity"> {
  const left = windowed(aggregate) ?? aggregate.expression;
  const right = left.kind === "aggregate" ? before(left) : left;
  return scalar({ kind: "arithmetic", operator: "-", left, right });
}

function before(aggregate: AggregateExpression): AggregateExpression {
  const { overSeconds, endingSecondsBefore = 0 } = aggregate;
  return { ...aggregate, endingSecondsBefore: endingSecondsBefore + (overSeconds ?? 0) };
}
