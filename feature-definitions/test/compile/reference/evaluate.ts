import { compareCodePoints } from "../../../src/ir/canonical";
import type { ArithmeticOperator, Expression } from "../../../src/ir/expressions";
import { commonType, typeOf } from "../../../src/ir/type-of";
import type { ValueType } from "../../../src/ir/types";
import { cast, dateToInstant, toFloat64, toInt32, toInt64 } from "./casts";
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  divideDecimals,
  multiplyDecimals,
  negateDecimal,
  remainderOfDecimals,
} from "./decimal";
import { jsonAt } from "./json";
import { DAY, floorDivide, SECOND, utcDate, zoneOffset } from "./time";
import type { Json, Row, Value } from "./values";

/** The value of an expression, and whether a cast in it lost a value. */
export interface Evaluated {
  readonly value: Value;
  readonly lost: boolean;
}

/** Evaluates an expression over one row, written for clarity. `aggregate` evaluates aggregates, if they are allowed. */
export function evaluate(
  expression: Expression,
  row: Row,
  aggregate: (expression: Extract<Expression, { kind: "aggregate" }>) => Evaluated = () => {
    throw new TypeError("An aggregate has no value for a row");
  },
): Evaluated {
  let lost = false;
  const at = (inner: Expression): Value => {
    const evaluated = evaluate(inner, row, aggregate);
    lost ||= evaluated.lost;
    return evaluated.value;
  };
  const as = (inner: Expression, type: ValueType): Value => convert(at(inner), typeOf(inner), type);
  const value = ((): Value => {
    switch (expression.kind) {
      case "column":
        return row.get(expression.name) ?? null;
      case "literal":
        return literalValue(expression);
      case "arithmetic": {
        const type = typeOf(expression);
        const [left, right] = [as(expression.left, type), as(expression.right, type)];
        return left === null || right === null ? null : arithmetic(expression.operator, left, right, type);
      }
      case "comparison": {
        const type = comparedAs([typeOf(expression.left), typeOf(expression.right)]);
        const [left, right] = [as(expression.left, type), as(expression.right, type)];
        if (left === null || right === null) return null;
        const order = compare(left, right, type);
        return {
          "=": order === 0,
          "<>": order !== 0,
          "<": order < 0,
          "<=": order <= 0,
          ">": order > 0,
          ">=": order >= 0,
        }[expression.operator];
      }
      case "logic": {
        const values = expression.operands.map(at);
        const decisive = expression.operator === "or";
        return values.includes(decisive) ? decisive : values.includes(null) ? null : !decisive;
      }
      case "not": {
        const inner = at(expression.operand);
        return inner === null ? null : !inner;
      }
      case "in": {
        if (expression.values.length === 0) return false;
        const type = comparedAs([typeOf(expression.operand), ...expression.values.map(typeOf)]);
        const operand = as(expression.operand, type);
        const values = expression.values.map((each) => as(each, type));
        if (operand === null) return null;
        if (values.some((each) => each !== null && compare(operand, each, type) === 0)) return true;
        return values.includes(null) ? null : false;
      }
      case "null_test":
        return (at(expression.operand) === null) !== expression.negated;
      case "case": {
        for (const branch of expression.branches) {
          if (at(branch.when) === true) return as(branch.value, typeOf(expression));
        }
        return expression.otherwise && as(expression.otherwise, typeOf(expression));
      }
      case "coalesce": {
        for (const operand of expression.operands) {
          const value = as(operand, typeOf(expression));
          if (value !== null) return value;
        }
        return null;
      }
      case "string_function":
        return stringFunction(expression, expression.operands.map(at));
      case "json_get": {
        const json = at(expression.operand) as Json | null;
        return json && jsonAt(json, expression.path);
      }
      case "cast": {
        const inner = at(expression.operand);
        if (inner === null || isJsonNull(inner)) return expression.to === "json" ? inner : null;
        const value = cast(inner, typeOf(expression.operand), expression.to);
        lost ||= value === null;
        return value;
      }
      case "time_between": {
        const [start, end] = [at(expression.start), at(expression.end)];
        if (start === null || end === null) return null;
        if (expression.unit === "seconds") return Number(`${(end as bigint) - (start as bigint)}e-6`);
        return (dateToInstant(end as string) - dateToInstant(start as string)) / 86_400_000_000n;
      }
      case "vector_function":
        throw new TypeError("The law's cases have no vectors");
      case "date_part":
        return datePart(expression, at(expression.operand));
      case "sql":
        // The texts in these tests are `<a> is not distinct from <b>`.
        return sameValue(expression.operands.map(at));
      case "aggregate": {
        const evaluated = aggregate(expression);
        lost ||= evaluated.lost;
        return evaluated.value;
      }
    }
  })();
  return { value, lost };
}

function isJsonNull(value: Value): boolean {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "null";
}

function literalValue({ type, value }: Extract<Expression, { kind: "literal" }>): Value {
  if (value === null) return null;
  if (type === "bool" || type === "string" || type === "date" || type === "uuid") return value as boolean | string;
  if (type === "float64" || type === "float32") return Number(value);
  return cast(String(value), "string", type);
}

/** A number in a wider type; the value itself if the types agree. */
export function convert(value: Value, from: ValueType, to: ValueType): Value {
  if (value === null || from === to) return value;
  return cast(value, from, to);
}

export function comparedAs(types: readonly ValueType[]): ValueType {
  if (types.every((type) => type === "float32")) return "float32";
  return types.some((type) => type === "float32" || type === "float64") ? "float64" : commonType(types);
}

/** Compares two values of a type; strings by code point. */
export function compare(left: Exclude<Value, null>, right: Exclude<Value, null>, type: ValueType): number {
  if (type === "decimal") return compareDecimals(left as Decimal, right as Decimal);
  if (typeof left === "string") return compareCodePoints(left, String(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

function arithmetic(operator: ArithmeticOperator, left: Value, right: Value, type: ValueType): Value {
  if (type === "decimal") return decimalArithmetic(operator, left as Decimal, right as Decimal);
  if (type === "float64") return floatArithmetic(operator, left as number, right as number);
  const fit = type === "int32" ? toInt32 : toInt64;
  const [a, b] = [left as bigint, right as bigint];
  if (operator === "%") return b === 0n ? null : a % b;
  return fit(operator === "+" ? a + b : operator === "-" ? a - b : a * b);
}

function decimalArithmetic(operator: ArithmeticOperator, a: Decimal, b: Decimal): Value {
  switch (operator) {
    case "+":
      return addDecimals(a, b);
    case "-":
      return addDecimals(a, negateDecimal(b));
    case "*":
      return multiplyDecimals(a, b);
    case "/":
      return divideDecimals(a, b) ?? null;
    case "%":
      return remainderOfDecimals(a, b) ?? null;
  }
}

function floatArithmetic(operator: ArithmeticOperator, a: number, b: number): number | null {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  switch (operator) {
    case "+":
      return finite(a + b);
    case "-":
      return finite(a - b);
    case "*":
      return finite(a * b);
    case "/":
      return b === 0 ? null : finite(a / b);
    case "%": {
      const quotient = floatArithmetic("/", a, b);
      const product = quotient === null ? null : floatArithmetic("*", b, Math.trunc(quotient));
      return product === null ? null : floatArithmetic("-", a, product);
    }
  }
}

const asciiCase = { lower: /[A-Z]/g, upper: /[a-z]/g } as const;

function stringFunction({ name }: Extract<Expression, { kind: "string_function" }>, operands: readonly Value[]): Value {
  if (operands.includes(null)) return null;
  const [text = "", second = "", third = ""] = operands.map(String);
  switch (name) {
    case "lower":
      return text.replace(asciiCase.lower, (letter) => letter.toLowerCase());
    case "upper":
      return text.replace(asciiCase.upper, (letter) => letter.toUpperCase());
    case "trim":
      return text.replace(/^ +| +$/g, "");
    case "length":
      return BigInt([...text].length);
    case "concat":
      return operands.join("");
    case "substring": {
      const start = Number(second);
      const end = operands.length < 3 ? Number.POSITIVE_INFINITY : start + Math.max(0, Number(third));
      return [...text].filter((_character, index) => index + 1 >= start && index + 1 < end).join("");
    }
    case "contains":
      return text.includes(second);
    case "starts_with":
      return text.startsWith(second);
    case "replace":
      return second === "" ? text : text.split(second).join(third);
  }
}

function datePart({ part, zone, operand }: Extract<Expression, { kind: "date_part" }>, value: Value): Value {
  if (value === null) return null;
  const isDate = typeOf(operand) === "date";
  const instant = isDate ? dateToInstant(value as string) : (value as bigint);
  if (part === "epoch_seconds") return toFloat64({ units: instant, scale: 6 });
  const local = isDate ? instant : instant + zoneOffset(instant, zone);
  const clock = new Date(Number(floorDivide(local, SECOND)) * 1000);
  switch (part) {
    case "year": {
      // PostgreSQL has no year 0: the year before 1 is -1.
      const year = clock.getUTCFullYear();
      return BigInt(year > 0 ? year : year - 1);
    }
    case "month":
      return BigInt(clock.getUTCMonth() + 1);
    case "day":
      return BigInt(clock.getUTCDate());
    case "hour":
      return BigInt(clock.getUTCHours());
    case "day_of_week":
      return BigInt(clock.getUTCDay() === 0 ? 7 : clock.getUTCDay());
    case "day_of_year":
      return (
        floorDivide(local, DAY) - floorDivide(BigInt(utcDate(clock.getUTCFullYear(), 1, 1).getTime()) * 1000n, DAY) + 1n
      );
  }
}

function sameValue([left = null, right = null]: readonly Value[]): boolean {
  return left === right;
}
