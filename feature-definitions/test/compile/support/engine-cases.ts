import { engineLimit } from "../../../src/check/engine-limits";
import type { Expression } from "../../../src/ir/expressions";
import type { FeatureView } from "../../../src/ir/nodes";
import { typeOf } from "../../../src/ir/type-of";
import { some } from "../../../src/ir/visit";
import type { SqlDatabase } from "./databases";

/**
 * Returns whether an engine computes a view as the reference does: DuckDB refuses what `engine-limits.ts` lists, and its
 * decimals have ten digits after the point, so that products, quotients and texts of them differ (`evaluate-law.test.ts`
 * says how).
 */
export function isEqualOn(engine: SqlDatabase["engine"], { source, entity, filter, features }: FeatureView): boolean {
  const filters = [filter, source.filter, entity.population?.filter ?? null];
  return [...filters, ...features.map(({ expression }) => expression)].every((expression) => {
    if (expression === null) return true;
    if (engineLimit(engine, expression) !== null) return false;
    return engine !== "duckdb" || !some(expression, hasLongDecimals);
  });
}

function hasLongDecimals(node: Expression): boolean {
  if (node.kind === "cast") return node.to === "string" && typeOf(node.operand) === "decimal";
  return node.kind === "arithmetic" && "*/".includes(node.operator) && typeOf(node) === "decimal";
}
