import type { Expression } from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import type { ValueType } from "../ir/types";
import { type Compile, type Evaluator, isInteger, unary } from "./values";

/** Converts an operand to the common type: no value is lost, but an integer may be rounded to a float. */
export function widened(operand: Expression, to: ValueType, compile: Compile): Evaluator {
  const from = typeOf(operand);
  const value = compile(operand);
  if (from === to) return value;
  const isWhole = from === "int32" || from === "int64";
  if (isWhole && to === "decimal") return unary(value, isInteger, (units) => ({ units, scale: 0 }));
  if (isWhole && to === "float64") return unary(value, isInteger, Number);
  if ((from === "int32" && to === "int64") || (from === "float32" && to === "float64")) return value;
  throw new TypeError(`Expected a value of type ${to}, got one of type ${from}`);
}
