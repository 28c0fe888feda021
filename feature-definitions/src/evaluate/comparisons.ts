import { compareCodePoints } from "../ir/canonical";
import type { ComparisonExpression, ComparisonOperator, InExpression } from "../ir/expressions";
import { commonType, typeOf } from "../ir/type-of";
import type { ValueType } from "../ir/types";
import { compareDecimals } from "./decimals";
import { compareDates } from "./times";
import {
  type Compile,
  type Evaluator,
  isBool,
  isDecimal,
  isFloat,
  isInteger,
  isText,
  type PortableValue,
} from "./values";
import { widened } from "./widen";

/**
 * Negative, zero or positive if the left value is less than, equal to or greater than the right one; null if either is
 * null.
 */
type Order = (left: PortableValue, right: PortableValue) => number | null;

function orderOf<T extends PortableValue>(
  is: (value: PortableValue) => value is T,
  compare: (left: T, right: T) => number,
): Order {
  return (left, right) => (is(left) && is(right) ? compare(left, right) : null);
}

const ascending = <T extends bigint | number | boolean>(left: T, right: T): number =>
  left < right ? -1 : left > right ? 1 : 0;

function orderOfType(type: ValueType): Order {
  switch (type) {
    case "int32":
    case "int64":
    case "timestamp":
      return orderOf(isInteger, ascending);
    case "float32":
    case "float64":
      return orderOf(isFloat, ascending);
    case "bool":
      return orderOf(isBool, ascending);
    case "decimal":
      return orderOf(isDecimal, compareDecimals);
    case "date":
      return orderOf(isText, compareDates);
    case "string":
    case "uuid":
      return orderOf(isText, compareCodePoints);
    default:
      throw new TypeError(`Values of type ${type} cannot be compared`);
  }
}

const tests: Readonly<Record<ComparisonOperator, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

export function compileComparison({ operator, left, right }: ComparisonExpression, compile: Compile): Evaluator {
  const type = commonType([typeOf(left), typeOf(right)]);
  const [a, b] = [widened(left, type, compile), widened(right, type, compile)];
  const order = orderOfType(type);
  const test = tests[operator];
  return (inputs) => {
    const found = order(a(inputs), b(inputs));
    return found === null ? null : test(found);
  };
}

/** Three-valued: without a match, the result is null if one of the values is null. */
export function compileIn({ operand, values }: InExpression, compile: Compile): Evaluator {
  if (values.length === 0) return () => false;
  const type = commonType([typeOf(operand), ...values.map(typeOf)]);
  const order = orderOfType(type);
  const value = widened(operand, type, compile);
  const constants = values.map((constant) => widened(constant, type, compile)(new Map()));
  const otherwise = constants.includes(null) ? null : false;
  return (inputs) => {
    const found = value(inputs);
    if (found === null) return null;
    return constants.some((constant) => order(found, constant) === 0) || otherwise;
  };
}
