import type { Expression, LiteralExpression } from "../../ir/expressions";
import { identityOf } from "../tree/rewrite";

/** With more values than this, counting each value costs more than sorting them. */
const MAXIMUM_VALUES = 8;

/**
 * Returns all non-null values that an expression can have on rows that pass the filters; null if they are unknown or
 * too many.
 */
export function domainOf(
  expression: Expression,
  filters: readonly (Expression | null)[],
): readonly LiteralExpression[] | null {
  const values = valuesOf(expression, filters.filter((filter) => filter !== null).flatMap(conjuncts));
  if (!values) return null;
  const different = new Map(values.filter(({ value }) => value !== null).map((value) => [identityOf(value), value]));
  // Literals of other types may be written in several ways; each string or bool literal is a distinct value.
  const isPlain = [...different.values()].every(({ type }) => type === "string" || type === "bool");
  return isPlain && different.size <= MAXIMUM_VALUES ? [...different.values()] : null;
}

function valuesOf(expression: Expression, filters: readonly Expression[]): readonly LiteralExpression[] | null {
  switch (expression.kind) {
    case "literal":
      return [expression];
    case "case": {
      const branches = expression.branches.map((branch) => valuesOf(branch.value, filters));
      const all = expression.otherwise ? [...branches, valuesOf(expression.otherwise, filters)] : branches;
      return all.every((values) => values !== null) ? all.flat() : null;
    }
    case "column":
      return filters.map((filter) => allowedBy(filter, expression.name)).find((values) => values !== null) ?? null;
    default:
      return null;
  }
}

/** Returns the values of a column for which a condition can be true. */
function allowedBy(filter: Expression, column: string): readonly LiteralExpression[] | null {
  const isColumn = (operand: Expression): boolean => operand.kind === "column" && operand.name === column;
  if (filter.kind === "in" && isColumn(filter.operand)) return filter.values;
  if (filter.kind !== "comparison" || filter.operator !== "=") return null;
  if (isColumn(filter.left) && filter.right.kind === "literal") return [filter.right];
  return isColumn(filter.right) && filter.left.kind === "literal" ? [filter.left] : null;
}

function conjuncts(filter: Expression): readonly Expression[] {
  return filter.kind === "logic" && filter.operator === "and" ? filter.operands.flatMap(conjuncts) : [filter];
}
