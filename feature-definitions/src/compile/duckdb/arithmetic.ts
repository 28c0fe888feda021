import type { ArithmeticExpression, Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { ValueType } from "../../ir/types";
import { atom, call, compound, operand, type Rendered } from "../text/rendered";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { castName, inType } from "./types";

type Render = (inner: Expression) => Rendered;

/** Renders arithmetic whose overflow and division by zero give null. */
export function renderArithmetic(expression: ArithmeticExpression, render: Render): Rendered {
  const type = typeOf(expression);
  if (type === "decimal") return renderDecimal(expression, render);
  if (type === "float64") return finite(renderFloat(expression, render));
  if (expression.operator !== "%") return atom(`try(${operation(expression, render, type)})`, type);
  // The remainder fits, but DuckDB divides first: the smallest number by -1 does not.
  return atom(
    `(${operation(expression, render, type, type === "int32" ? "::bigint" : "::hugeint")})::${castName(type)}`,
    type,
  );
}

function operation(
  { operator, left, right }: ArithmeticExpression,
  render: Render,
  type: ValueType,
  wider = "",
): string {
  const [a, b] = [left, right].map((side) => operand(inType(render(side), type)));
  return `${a}${wider} ${operator} ${b}`;
}

function renderDecimal(expression: ArithmeticExpression, render: Render): Rendered {
  const { operator, left, right } = expression;
  const sides = [left, right].map((side) => inType(render(side), "decimal").text);
  switch (operator) {
    case "*":
      return call(`${FUNCTIONS_SCHEMA}.decimal_multiply`, sides, "decimal");
    case "/":
      return call(`${FUNCTIONS_SCHEMA}.decimal_divide`, sides, "decimal");
    case "%":
      return compound(operation(expression, render, "decimal"), "decimal");
    default:
      return atom(`try(${operation(expression, render, "decimal")})`, "decimal");
  }
}

/**
 * Float operations one in another, without a test: a result that is not finite stays so in every operation but as a
 * divisor.
 */
function renderFloat(expression: Expression, render: Render): Rendered {
  if (expression.kind !== "arithmetic" || typeOf(expression) !== "float64")
    return inType(render(expression), "float64");
  const { operator, left, right } = expression;
  const [a, b] = [renderFloat(left, render), renderFloat(right, render)];
  const isDivisor = operator === "/" || operator === "%";
  const divisor = isDivisor && right.kind === "arithmetic" ? finite(b) : b;
  if (operator !== "%") return compound(`${operand(a)} ${operator} ${operand(divisor)}`, "float64");
  const quotient = finite(compound(`${operand(a)} / ${operand(divisor)}`, "float64"));
  return compound(`${operand(a)} - ${operand(divisor)} * trunc(${quotient.text})`, "float64");
}

function finite(value: Rendered): Rendered {
  return call(`${FUNCTIONS_SCHEMA}.finite`, [value.text], "float64");
}
