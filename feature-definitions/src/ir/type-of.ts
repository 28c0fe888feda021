import { aggregateType, isCount } from "./aggregates";
import type { ArithmeticOperator, Expression, StringFunctionName } from "./expressions";
import { isLosslessCast, isNumeric } from "./type-tables";
import type { ValueType } from "./types";

/*
 * The result types of the language, in one table (the author's static types mirror it, and a test compares both).
 *
 *   arithmetic            an operand is decimal → decimal; else one is a float → float64; else `/` → float64;
 *                         else one is int64 → int64; else int32
 *   comparison, logic, not, in, null test, contains, starts_with                → bool
 *   case, coalesce        the common type of their values
 *   length, date parts    int32; epoch_seconds float64; the other string functions string
 *   time between          days int32, seconds float64
 *   vector functions      float64
 *   aggregates            by the table in `aggregates.ts`
 *
 * An expression may be null when
 *   - it is arithmetic or a function of vectors: division by zero and overflow give null;
 *   - it is an aggregate that is no count, which is null without rows;
 *   - it is a JSON access, or a cast that is not strict and may fail to parse or fit;
 *   - it is a case without `otherwise`, or a coalesce with only nullable operands;
 *   - otherwise: when an operand may be null.
 */

export function arithmeticType(operator: ArithmeticOperator, left: ValueType, right: ValueType): ValueType {
  const either = (type: ValueType): boolean => left === type || right === type;
  if (either("decimal")) return "decimal";
  if (either("float64") || either("float32") || operator === "/") return "float64";
  return either("int64") ? "int64" : "int32";
}

function stringFunctionType(name: StringFunctionName): ValueType {
  if (name === "length") return "int32";
  return name === "contains" || name === "starts_with" ? "bool" : "string";
}

/** The common type of these types; the first one if there is none. */
export function commonType(types: readonly ValueType[]): ValueType {
  const [first = "string", ...rest] = types;
  return rest.reduce(
    (common, type) =>
      common !== type && isNumeric(common) && isNumeric(type) ? arithmeticType("+", common, type) : common,
    first,
  );
}

/**
 * Returns the type of an expression's value, by the table above. Never fails: for an ill-typed tree (which
 * `checkDefinitions` reports) it returns the type that the node would have with valid operands.
 */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case "column":
    case "literal":
    case "sql":
      return expression.type;
    case "arithmetic":
      return arithmeticType(expression.operator, typeOf(expression.left), typeOf(expression.right));
    case "comparison":
    case "logic":
    case "not":
    case "in":
    case "null_test":
      return "bool";
    case "case": {
      const values = expression.branches.map((branch) => branch.value);
      if (expression.otherwise) values.push(expression.otherwise);
      return commonType(values.map(typeOf));
    }
    case "coalesce":
      return commonType(expression.operands.map(typeOf));
    case "string_function":
      return stringFunctionType(expression.name);
    case "json_get":
      return "json";
    case "cast":
      return expression.to;
    case "date_part":
      return expression.part === "epoch_seconds" ? "float64" : "int32";
    case "time_between":
      return expression.unit === "days" ? "int32" : "float64";
    case "vector_function":
      return "float64";
    case "aggregate":
      return aggregateType(expression.name, expression.operand === null ? null : typeOf(expression.operand));
    default:
      return expression satisfies never;
  }
}

/** Returns whether an expression's value may be null, by the rules above. */
export function isNullable(expression: Expression): boolean {
  switch (expression.kind) {
    case "column":
    case "sql":
      return expression.nullable;
    case "literal":
      return expression.value === null;
    case "arithmetic":
    case "json_get":
    case "vector_function":
      return true;
    case "time_between":
      return isNullable(expression.start) || isNullable(expression.end);
    case "comparison":
      return isNullable(expression.left) || isNullable(expression.right);
    case "logic":
    case "string_function":
      return expression.operands.some(isNullable);
    case "not":
    case "date_part":
      return isNullable(expression.operand);
    case "in":
      return isNullable(expression.operand) || expression.values.some(isNullable);
    case "null_test":
      return false;
    case "case":
      return (
        expression.otherwise === null ||
        isNullable(expression.otherwise) ||
        expression.branches.some((branch) => isNullable(branch.value))
      );
    case "coalesce":
      return expression.operands.every(isNullable);
    case "cast": {
      const from = typeOf(expression.operand);
      const loses = !isLosslessCast(from, expression.to);
      return isNullable(expression.operand) || (loses && (from === "json" || !expression.strict));
    }
    case "aggregate":
      return !isCount(expression.name);
    default:
      return expression satisfies never;
  }
}
