import type { SqlExpression } from "../tree/sql-tree";
import type { Render } from "./dialect-parts";
import { operand } from "./rendered";

/** ` filter (where …)`, or nothing. */
export function filterClause(filter: readonly SqlExpression[], render: Render): string {
  if (filter.length === 0) return "";
  const conditions = filter.map(render);
  const texts = conditions.map((condition) => (conditions.length > 1 ? operand(condition) : condition.text));
  return ` filter (where ${texts.join(" and ")})`;
}
