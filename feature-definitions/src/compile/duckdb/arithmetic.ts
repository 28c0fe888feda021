import type { ArithmeticExpression, Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { ValueType } from "../../ir/types";
import type { Typed } from "../text/dialect-parts";
import { atom, call, compound, operand, type Rendered } from "../text/rendered";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { castName } from "./types";

/** Renders arithmetic whose overflow and division by zero give null. */
export function renderArithmetic(expression: ArithmeticExpression, typed: Typed): Rendered {
  const type = typeOf(expression);
  if (type === "decimal") return renderDecimal(expression, typed);
  if (type === "float64") return finite(renderFloat(expression, typed));
  if (expression.operator !== "%") return atom(`try(${operation(expression, typed, type)})`, type);
  // The remainder fits, but DuckDB divides first: the smallest number by -1 does not.
  return atom(
    `(${operation(expression, typed, type, type === "int32" ? "::bigint" : "::hugeint")})::${castName(type)}`,
    type,
  );
}

function operation({ operator, left, right }: ArithmeticExpression, typed: Typed, type: ValueType, wider = ""): string {
  const [a, b] = [left, right].map((side) => operand(typed(side, type)));
  return `${a}${wider} ${operator} ${b}`;
}

function renderDecimal(expression: ArithmeticExpression, typed: Typed): Rendered {
  const { operator, left, right } = expression;
  const sides = [left, right].map((side) => typed(side, "decimal").text);
  switch (operator) {
    case "*":
      return call(`${FUNCTIONS_SCHEMA}.decimal_multiply`, sides, "decimal");
    case "/":
      return call(`${FUNCTIONS_SCHEMA}.decimal_divide`, sides, "decimal");
    case "%":
      return compound(operation(expression, typed, "decimal"), "decimal");
    default:
      return atom(`try(${operation(expression, typed, "decimal")})`, "decimal");
  }
}

/**
 * Float operations one in another, without a test: a result that is not finite stays so in every operation but as a
 * divisor.
 */
function renderFloat(expression: Expression, typed: Typed): Rendered {
  if (expression.kind !== "arithmetic" || typeOf(expression) !== "float64") return typed(expression, "float64");
  const { operator, left, right } = expression;
  const [a, b] = [renderFloat(left, typed), renderFloat(right, typed)];
  const isDivisor = operator === "/" || operator === "%";
  const divisor = isDivisor && right.kind === "arithmetic" ? finite(b) : b;
  if (operator !== "%") return compound(`${operand(a)} ${operator} ${operand(divisor)}`, "float64");
  const quotient = finite(compound(`${operand(a)} / ${operand(divisor)}`, "float64"));
  return compound(`${operand(a)} - ${operand(divisor)} * trunc(${quotient.text})`, "float64");
}

function finite(value: Rendered): Rendered {
  return call(`${FUNCTIONS_SCHEMA}.finite`, [value.text], "float64");
}
