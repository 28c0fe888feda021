import type { AggregateName } from "../ir/expressions";
import type { ValueType } from "../ir/types";
import type { SqlExpression } from "./sql-tree";

type Part = Extract<SqlExpression, { kind: "aggregate" }>["part"];

/**
 * A sum or a mean whose result is a float64, in parts; null for every other aggregate. PostgreSQL raises when doubles
 * add up beyond float64, and its own mean does so of squares of which it then makes no use: neither says of which
 * entity. So numbers near the ends of float64 are summed apart, as numeric, and a sum beyond float64 is infinite.
 */
export function floatSum(
  name: AggregateName,
  operand: SqlExpression | null,
  operandType: ValueType | null,
  aggregate: (name: "sum" | "count", operand: SqlExpression | null, part?: Part) => SqlExpression,
): SqlExpression | null {
  const isMean = name === "avg";
  if (!isMean && name !== "sum") return null;
  // To count a column is not to convert it.
  const count = () => (isMean ? aggregate("count", operand?.kind === "read" ? operand.field : operand) : null);
  if (operandType === "float64") {
    const [sum, large] = [aggregate("sum", operand, "moderate"), aggregate("sum", operand, "large")];
    return { kind: "float_sum", sum, large, count: count() };
  }
  if (operandType === "decimal" && isMean) {
    return { kind: "float_sum", sum: aggregate("sum", operand), large: null, count: count() };
  }
  return null;
}
