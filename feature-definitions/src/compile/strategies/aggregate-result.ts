import { traitsOf } from "../../ir/aggregates";
import type { AggregateExpression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { SqlExpression } from "../tree/sql-tree";

/**
 * An aggregate's value in its type. Of equal numbers with different texts, PostgreSQL's aggregates that return one of their inputs
 * return the one that they read first. So decimals such as 5 and 5.00 have no zeros at the end, and -0 is 0.
 */
export function resultOf(aggregate: AggregateExpression, value: SqlExpression): SqlExpression {
  const type = typeOf(aggregate);
  if (traitsOf(aggregate.name).gives !== "choice") return { kind: "convert", type, operand: value };
  if (type === "decimal") return { kind: "convert", type, operand: { kind: "trimmed", operand: value } };
  const of = aggregate.operand && typeOf(aggregate.operand);
  const isFloat = (type === "float64" || type === "float32") && (of === "float64" || of === "float32");
  return isFloat ? { kind: "unsigned_zero", type, operand: value } : { kind: "convert", type, operand: value };
}
