import type { ArithmeticExpression, Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { ValueType } from "../../ir/types";
import type { Typed } from "../text/dialect-parts";
import { atom, call, compound, operand, type Rendered } from "../text/rendered";
import { ownCall } from "./function";

const tried = { "+": "try_add", "-": "try_subtract", "*": "try_multiply" } as const;

/** Renders arithmetic whose overflow and division by zero give null. */
export function renderArithmetic(expression: ArithmeticExpression, typed: Typed): Rendered {
  const type = typeOf(expression);
  if (type === "float64") return finite(renderFloat(expression, typed));
  const { operator } = expression;
  const sides = [expression.left, expression.right].map((side) => typed(side, type).text);
  if (type === "decimal" && operator === "*") return ownCall("decimal_multiply", sides, type);
  if (operator === "/") return ownCall("decimal_divide", sides, type);
  return operator === "%" ? remainder(expression, typed, type) : call(tried[operator], sides, type);
}

function remainder({ left, right }: ArithmeticExpression, typed: Typed, type: ValueType): Rendered {
  return compound(`${operand(typed(left, type))} % nullif(${typed(right, type).text}, 0)`, type);
}

/**
 * Float operations one in another, without a test: a result that is not finite stays so in every operation but as a
 * divisor.
 */
function renderFloat(expression: Expression, typed: Typed): Rendered {
  if (expression.kind !== "arithmetic" || typeOf(expression) !== "float64") return typed(expression, "float64");
  const { operator, left, right } = expression;
  const [a, b] = [renderFloat(left, typed), renderFloat(right, typed)];
  if (operator !== "/" && operator !== "%") return compound(`${operand(a)} ${operator} ${operand(b)}`, "float64");
  const divisor = right.kind === "arithmetic" ? finite(b) : b;
  const quotient = compound(`${operand(a)} / nullif(${divisor.text}, 0)`, "float64");
  if (operator === "/") return quotient;
  return compound(
    `${operand(a)} - ${operand(divisor)} * ${ownCall("truncated", [finite(quotient).text]).text}`,
    "float64",
  );
}

function finite(value: Rendered): Rendered {
  return atom(ownCall("finite", [value.text]).text, "float64");
}
