import type { AggregateExpression, Expression } from "../../ir/expressions";
import type { Feature } from "../../ir/nodes";
import { walk } from "../../ir/visit";

/** Returns a copy with its direct operands replaced. */
function mapOperands(expression: Expression, map: (operand: Expression) => Expression): Expression {
  switch (expression.kind) {
    case "column":
    case "literal":
      return expression;
    case "arithmetic":
    case "comparison":
    case "vector_function":
      return { ...expression, left: map(expression.left), right: map(expression.right) };
    case "time_between":
      return { ...expression, start: map(expression.start), end: map(expression.end) };
    case "logic":
    case "coalesce":
    case "string_function":
    case "sql":
      return { ...expression, operands: expression.operands.map(map) };
    case "not":
    case "in":
    case "null_test":
    case "json_get":
    case "cast":
    case "date_part":
      return { ...expression, operand: map(expression.operand) };
    case "case":
      return {
        ...expression,
        branches: expression.branches.map((branch) => ({ when: map(branch.when), value: map(branch.value) })),
        otherwise: expression.otherwise && map(expression.otherwise),
      };
    case "aggregate":
      return {
        ...expression,
        operand: expression.operand && map(expression.operand),
        where: expression.where && map(expression.where),
      };
    default:
      return expression satisfies never;
  }
}

/** Returns a copy with the outermost expressions replaced for which `replace` returns a replacement. */
export function rewrite(
  expression: Expression,
  replace: (expression: Expression) => Expression | undefined,
): Expression {
  return replace(expression) ?? mapOperands(expression, (operand) => rewrite(operand, replace));
}

/** A string that is equal for identical expressions; finds duplicates. */
export function identityOf(expression: Expression): string {
  return JSON.stringify(expression);
}

export function columnNamesOf(expressions: readonly (Expression | null)[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const expression of expressions) {
    if (expression) walk(expression, (node) => node.kind === "column" && names.add(node.name));
  }
  return names;
}

export interface FoundAggregate {
  readonly aggregate: AggregateExpression;
  readonly identity: string;
  /** The feature that consists of this aggregate alone, else the first that contains it. */
  readonly name: string;
}

/** Every distinct aggregate of these features, in order of occurrence. */
export function aggregatesOf(features: readonly Feature[]): readonly FoundAggregate[] {
  const found = new Map<string, FoundAggregate>();
  for (const feature of features) {
    walk(feature.expression, (node) => {
      if (node.kind !== "aggregate") return;
      const identity = identityOf(node);
      if (node !== feature.expression && found.has(identity)) return;
      found.set(identity, { aggregate: node, identity, name: feature.name });
    });
  }
  return [...found.values()];
}

/** Returns whether the expression is null on a row whose columns are all null. */
export function isStrict(expression: Expression): boolean {
  switch (expression.kind) {
    case "column":
      return true;
    case "arithmetic":
    case "comparison":
    case "vector_function":
      return isStrict(expression.left) || isStrict(expression.right);
    case "time_between":
      return isStrict(expression.start) || isStrict(expression.end);
    case "string_function":
      return expression.operands.some(isStrict);
    case "json_get":
    case "cast":
    case "date_part":
    case "not":
    case "in":
      return isStrict(expression.operand);
    case "literal":
    case "logic":
    case "null_test":
    case "case":
    case "coalesce":
    case "sql":
    case "aggregate":
      return false;
    default:
      return expression satisfies never;
  }
}
