import type { AggregateExpression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { SqlExpression } from "../tree/sql-tree";

/**
 * An aggregate's value in its type. Of equal decimals that are written differently, such as 5 and 5.00, PostgreSQL's `min`, `max`
 * and `mode` return the one that it reads first, so the result has no zeros at the end.
 */
export function resultOf(aggregate: AggregateExpression, value: SqlExpression): SqlExpression {
  const type = typeOf(aggregate);
  const isOneOfEquals = type === "decimal" && ["min", "max", "mode"].includes(aggregate.name);
  return { kind: "convert", type, operand: isOneOfEquals ? { kind: "trimmed", operand: value } : value };
}
