import type { Expression } from "./expressions";

/** The direct operands of an expression, in the order they are written. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "column":
    case "literal":
      return [];
    case "arithmetic":
    case "comparison":
    case "vector_function":
      return [expression.left, expression.right];
    case "time_between":
      return [expression.start, expression.end];
    case "logic":
    case "coalesce":
    case "string_function":
    case "sql":
      return expression.operands;
    case "not":
    case "null_test":
    case "json_get":
    case "cast":
    case "date_part":
      return [expression.operand];
    case "in":
      return [expression.operand, ...expression.values];
    case "case": {
      const branches = expression.branches.flatMap((branch) => [branch.when, branch.value]);
      return expression.otherwise ? [...branches, expression.otherwise] : branches;
    }
    case "aggregate":
      return [expression.operand, expression.where].filter((child) => child !== null);
    default:
      return expression satisfies never;
  }
}

/** Calls `visit` for an expression and all below it, parents first. */
export function walk(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression);
  for (const child of childrenOf(expression)) walk(child, visit);
}

/** Returns whether any expression of the tree satisfies `predicate`. */
export function some(expression: Expression, predicate: (expression: Expression) => boolean): boolean {
  return predicate(expression) || childrenOf(expression).some((child) => some(child, predicate));
}

/** Returns a new tree in which every expression, children first, is replaced by the result of `change`. */
export function mapExpression(expression: Expression, change: (expression: Expression) => Expression): Expression {
  const map = (child: Expression): Expression => mapExpression(child, change);
  const mapOrNull = (child: Expression | null): Expression | null => child && map(child);
  switch (expression.kind) {
    case "column":
    case "literal":
      return change(expression);
    case "arithmetic":
    case "comparison":
    case "vector_function":
      return change({ ...expression, left: map(expression.left), right: map(expression.right) });
    case "time_between":
      return change({ ...expression, start: map(expression.start), end: map(expression.end) });
    case "logic":
    case "coalesce":
    case "string_function":
    case "sql":
      return change({ ...expression, operands: expression.operands.map(map) });
    case "not":
    case "null_test":
    case "json_get":
    case "cast":
    case "date_part":
    case "in":
      return change({ ...expression, operand: map(expression.operand) });
    case "case":
      return change({
        ...expression,
        branches: expression.branches.map((branch) => ({ when: map(branch.when), value: map(branch.value) })),
        otherwise: mapOrNull(expression.otherwise),
      });
    case "aggregate":
      return change({ ...expression, operand: mapOrNull(expression.operand), where: mapOrNull(expression.where) });
    default:
      return expression satisfies never;
  }
}
