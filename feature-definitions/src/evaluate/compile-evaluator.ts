import { isCount } from "../ir/aggregates";
import type {
  ArithmeticExpression,
  DatePart,
  DatePartExpression,
  Expression,
  TimeBetweenExpression,
} from "../ir/expressions";
import { isPortableOverNothing, unportablePart } from "../ir/portable";
import { typeOf } from "../ir/type-of";
import { compileCast } from "./casts";
import { compileComparison, compileIn } from "./comparisons";
import { compileCase, compileCoalesce, compileLogic } from "./conditionals";
import { decimalOperations } from "./decimals";
import { compileJsonGet } from "./json";
import { compileColumn, compileLiteral } from "./leaves";
import { floatOperations, integerOperations, toInt32, toInt64 } from "./numbers";
import { compileStringFunction } from "./strings";
import { daysBetween, epochSeconds, instantOfDate, type UtcParts, utcParts } from "./times";
import {
  binary,
  type Compile,
  type Evaluator,
  isBool,
  isDecimal,
  isFloat,
  isInteger,
  isText,
  type PortableValue,
  unary,
} from "./values";
import { compileVectorFunction } from "./vectors";
import { widened } from "./widen";

const datePartReaders: Readonly<Record<Exclude<DatePart, "epoch_seconds">, (parts: UtcParts) => number>> = {
  // The year before 1 is -1.
  year: ({ year }) => (year > 0 ? year : year - 1),
  month: ({ month }) => month,
  day: ({ day }) => day,
  hour: ({ hour }) => hour,
  day_of_week: ({ dayOfWeek }) => dayOfWeek,
  day_of_year: ({ dayOfYear }) => dayOfYear,
};

/**
 * Returns a function that computes a portable expression from the values of its columns, with the same result as the
 * compiled SQL. Everything that does not depend on values is decided here: calls do not inspect expressions.
 *
 * @throws TypeError for an expression that is not portable or that `checkDefinitions` rejects; the returned function
 * throws it for an input that is not of its column's type.
 *   an input that is not of its column's type.
 * @example
 * const isRecent = compileEvaluator(expression);
 * isRecent(new Map([["days", 3n], ["label", "Ä"]])); // true, false or null
 */
export function compileEvaluator(expression: Expression): Evaluator {
  const part = unportablePart(expression);
  if (part) throw new TypeError(`An expression of kind ${part.expression.kind} is not portable: ${part.reason}`);
  return compile(expression);
}

/**
 * Returns the value of a feature's expression for an entity without source rows: counts are 0, other aggregates null.
 * Returns undefined if only PostgreSQL can compute it.
 */
export function valueOverNothing(expression: Expression): PortableValue | undefined {
  return isPortableOverNothing(expression) ? compile(expression)(new Map()) : undefined;
}

function compile(expression: Expression): Evaluator {
  switch (expression.kind) {
    case "column":
      return compileColumn(expression);
    case "literal":
      return compileLiteral(expression);
    case "arithmetic":
      return compileArithmetic(expression, compile);
    case "comparison":
      return compileComparison(expression, compile);
    case "logic":
      return compileLogic(expression, compile);
    case "not":
      return unary(compile(expression.operand), isBool, (value) => !value);
    case "in":
      return compileIn(expression, compile);
    case "null_test": {
      const operand = compile(expression.operand);
      const { negated } = expression;
      return (inputs) => (operand(inputs) === null) !== negated;
    }
    case "case":
      return compileCase(expression, compile);
    case "coalesce":
      return compileCoalesce(expression, compile);
    case "string_function":
      return compileStringFunction(expression, compile);
    case "json_get":
      return compileJsonGet(expression, compile);
    case "cast":
      return compileCast(expression, compile);
    case "date_part":
      return compileDatePart(expression, compile);
    case "time_between":
      return compileTimeBetween(expression, compile);
    case "vector_function":
      return compileVectorFunction(expression, compile);
    case "aggregate": {
      // Only `valueOverNothing` reaches this case.
      const value = isCount(expression.name) ? 0n : null;
      return () => value;
    }
    case "sql":
      throw new TypeError(`An expression of kind ${expression.kind} cannot be evaluated in process`);
    default:
      return expression satisfies never;
  }
}

function compileArithmetic(expression: ArithmeticExpression, compile: Compile): Evaluator {
  const type = typeOf(expression);
  const { operator } = expression;
  const left = widened(expression.left, type, compile);
  const right = widened(expression.right, type, compile);
  if (type === "decimal") return binary(left, right, isDecimal, decimalOperations[operator]);
  if (type === "float64" || operator === "/") return binary(left, right, isFloat, floatOperations[operator]);
  return binary(left, right, isInteger, integerOperations(type === "int32" ? toInt32 : toInt64)[operator]);
}

/** Reads the part in UTC, the only portable zone. */
function compileDatePart({ part, operand }: DatePartExpression, compile: Compile): Evaluator {
  const value = compile(operand);
  if (part === "epoch_seconds") return unary(value, isInteger, epochSeconds);
  const read = datePartReaders[part];
  if (typeOf(operand) === "date") return unary(value, isText, (date) => BigInt(read(utcParts(instantOfDate(date)))));
  return unary(value, isInteger, (instant) => BigInt(read(utcParts(instant))));
}

function compileTimeBetween({ unit, start, end }: TimeBetweenExpression, compile: Compile): Evaluator {
  const [from, to] = [compile(start), compile(end)];
  if (unit === "days") return binary(from, to, isText, (first, last) => BigInt(daysBetween(first, last)));
  return binary(from, to, isInteger, (first, last) => epochSeconds(last - first));
}
