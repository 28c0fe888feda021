import { engineLimit } from "../../../src/check/engine-limits";
import type { Expression } from "../../../src/ir/expressions";
import type { FeatureView } from "../../../src/ir/nodes";
import { typeOf } from "../../../src/ir/type-of";
import { some } from "../../../src/ir/visit";
import type { TableRow } from "../reference/rows-as-of";
import type { SqlDatabase } from "./databases";

/**
 * Returns whether an engine computes a view as the reference does: DuckDB and Spark refuse what `engine-limits.ts` lists, and their
 * decimals have ten digits after the point, so that products, quotients and texts of them differ (`evaluate-law.test.ts`
 * says how).
 */
export function isEqualOn(engine: SqlDatabase["engine"], { source, entity, filter, features }: FeatureView): boolean {
  const filters = [filter, source.filter, entity.population?.filter ?? null];
  return [...filters, ...features.map(({ expression }) => expression)].every((expression) => {
    if (expression === null) return true;
    if (engineLimit(engine, expression) !== null) return false;
    return engine === "postgres" || !some(expression, hasLongDecimals);
  });
}

/**
 * Returns whether DuckDB's decimals hold what the view casts to decimals: not for texts such as 1e999 and 1e-400, of which the
 * one is null there and the other 0.
 */
export function holdsDecimals(
  engine: SqlDatabase["engine"],
  { source, filter, features }: FeatureView,
  rows: readonly TableRow[],
): boolean {
  const isRead = (node: Expression): boolean => node.kind === "cast" && node.to === "decimal";
  const expressions = [filter, source.filter, ...features.map(({ expression }) => expression)];
  if (engine === "postgres" || !expressions.some((expression) => expression && some(expression, isRead))) return true;
  const values = rows.map(({ columns }) => [...columns.values()]);
  const text = JSON.stringify(values, (_key, value: unknown) =>
    typeof value === "bigint" ? String(value) : value instanceof Map ? [...value] : value,
  );
  return !/"[^"]*[eE][-+]?\d\d/.test(text);
}

function hasLongDecimals(node: Expression): boolean {
  if (node.kind === "cast") return node.to === "string" && typeOf(node.operand) === "decimal";
  return node.kind === "arithmetic" && "*/".includes(node.operator) && typeOf(node) === "decimal";
}
