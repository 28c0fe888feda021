import type { ArithmeticExpression } from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import { decimalOperations } from "./decimals";
import { floatOperations, integerOperations, toInt32, toInt64 } from "./numbers";
import { binary, type Compile, type Evaluator, isDecimal, isFloat, isInteger } from "./values";
import { widened } from "./widen";

export function compileArithmetic(expression: ArithmeticExpression, compile: Compile): Evaluator {
  const type = typeOf(expression);
  const { operator } = expression;
  const left = widened(expression.left, type, compile);
  const right = widened(expression.right, type, compile);
  if (type === "decimal") return binary(left, right, isDecimal, decimalOperations[operator]);
  if (type === "float64" || operator === "/") return binary(left, right, isFloat, floatOperations[operator]);
  return binary(left, right, isInteger, integerOperations(type === "int32" ? toInt32 : toInt64)[operator]);
}
