import type { ArithmeticExpression, Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { Typed } from "../text/dialect-parts";
import { atom, call, compound, operand, type Rendered } from "../text/rendered";
import { FUNCTIONS_SCHEMA } from "../tree/identifiers";
import { inType } from "./database-types";

const functionNames = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "remainder",
} as const;

/** With at most this many operands between 1e-30 and 1e30, no intermediate result comes near the limits of float64. */
const MAXIMUM_LEAVES = 6;

/**
 * Renders arithmetic whose overflow and division by zero give null. Functions do this, one operation at a time; but
 * PostgreSQL does not inline a function into the operand of another, and calls are slow. So float operations over
 * several operands, or over integers, are written with operators, and with the functions only for rows with extreme
 * operands.
 */
export function renderArithmetic(expression: ArithmeticExpression, typed: Typed): Rendered {
  const type = typeOf(expression);
  const functions = withFunctions(expression, typed);
  if (type !== "float64") return functions;
  const leaves = leavesOf(expression);
  if (leaves.length > MAXIMUM_LEAVES || hasRemainder(expression)) return functions;
  const isSum = isSumOnly(expression);
  const extremes = leaves.filter((leaf) => !isModerate(leaf)).map((leaf) => typed(leaf, "float64").text);
  const operators = withOperators(expression, typed);
  const distinct = [...new Set(extremes)];
  if (distinct.length === 0) return operators;
  if (leaves.length <= 2) return functions;
  const isExtreme = isSum
    ? `greatest(${distinct.map((text) => `abs(${text})`).join(", ")}) > 1e300`
    : distinct.map((text) => `(abs(${text}) not between 1e-30 and 1e30 and ${text} <> 0)`).join(" or ");
  return atom(`case when ${isExtreme} then ${functions.text} else ${operators.text} end`, "float64");
}

function withFunctions({ operator, left, right, ...rest }: ArithmeticExpression, typed: Typed): Rendered {
  const type = typeOf({ operator, left, right, ...rest });
  const side = (inner: Expression): string =>
    (inner.kind === "arithmetic" ? inType(withFunctions(inner, typed), type) : typed(inner, type)).text;
  return call(`${FUNCTIONS_SCHEMA}.${functionNames[operator]}`, [side(left), side(right)], type);
}

function withOperators(expression: Expression, typed: Typed): Rendered {
  if (!isFloatArithmetic(expression)) return typed(expression, "float64");
  const left = withOperators(expression.left, typed);
  const right = withOperators(expression.right, typed);
  if (expression.operator === "/") return compound(`${operand(left)} / nullif(${right.text}, 0)`, "float64");
  return compound(`${operand(left)} ${expression.operator} ${operand(right)}`, "float64");
}

function isFloatArithmetic(expression: Expression): expression is ArithmeticExpression {
  return expression.kind === "arithmetic" && typeOf(expression) === "float64";
}

function leavesOf(expression: Expression): readonly Expression[] {
  return isFloatArithmetic(expression) ? [...leavesOf(expression.left), ...leavesOf(expression.right)] : [expression];
}

function hasRemainder(expression: Expression): boolean {
  if (!isFloatArithmetic(expression)) return false;
  return expression.operator === "%" || hasRemainder(expression.left) || hasRemainder(expression.right);
}

function isSumOnly(expression: Expression): boolean {
  if (!isFloatArithmetic(expression)) return true;
  const { operator, left, right } = expression;
  return (operator === "+" || operator === "-") && isSumOnly(left) && isSumOnly(right);
}

/** Zero, or between 1e-30 and 1e30, as every integer is. */
function isModerate(leaf: Expression): boolean {
  const type = typeOf(leaf);
  if (type === "int32" || type === "int64") return true;
  const size = leaf.kind === "literal" && leaf.value !== null ? Math.abs(Number(leaf.value)) : Number.NaN;
  return size === 0 || (size >= 1e-30 && size <= 1e30);
}
