import type { CastExpression, Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import { isLosslessCast } from "../../ir/type-tables";
import { childrenOf, some } from "../../ir/visit";
import { bindingsOf, scalar } from "../source/source-rows";
import { allOf, anyOf, type Bindings, isNotNull, isNull, type SqlExpression } from "../tree/sql-tree";

/**
 * Returns whether a cast can turn a value into null: text or JSON that does not parse, or a number that does not fit.
 */
export function canLose(cast: CastExpression): boolean {
  const operandType = typeOf(cast.operand);
  return !isLosslessCast(operandType, cast.to) && !(operandType === "json" && cast.to === "string");
}

export function canLoseAnywhere(expression: Expression): boolean {
  return some(expression, (node) => node.kind === "cast" && canLose(node));
}

/** A cast whose input and value are already computed. */
export interface ComputedCast {
  readonly input: SqlExpression;
  readonly value: SqlExpression;
}

/**
 * Returns whether evaluating the expression loses a value to a cast, or in reading a column; null if it cannot. Branches of `case` and
 * operands of `coalesce` that are not taken lose nothing. `computed` maps columns to the casts that they replace.
 */
export function lostOf(
  expression: Expression,
  bindings: Bindings,
  computed: (column: string) => ComputedCast | undefined = () => undefined,
): SqlExpression | null {
  const lost = (operand: Expression): SqlExpression | null => lostOf(operand, bindings, computed);
  const any = (operands: readonly (SqlExpression | null)[]): SqlExpression | null =>
    anyOf(operands.filter((operand) => operand !== null));
  const when = (condition: SqlExpression, then: SqlExpression | null): SqlExpression | null =>
    then && { kind: "and", operands: [condition, then] };
  switch (expression.kind) {
    case "column": {
      const cast = computed(expression.name);
      if (cast) return lostBetween(cast);
      const bound = bindings.get(expression.name);
      return bound?.kind === "read" && bound.canLose ? lostBetween({ input: bound.field, value: bound }) : null;
    }
    case "cast": {
      const own = canLose(expression)
        ? lostBetween({
            input: { kind: "cast_input", cast: expression, fields: bindingsOf(expression, bindings) },
            value: scalar(expression, bindings),
          })
        : null;
      return any([lost(expression.operand), own]);
    }
    case "case": {
      const [branch, ...branches] = expression.branches;
      if (!branch) return expression.otherwise && lost(expression.otherwise);
      const condition = scalar(branch.when, bindings);
      return any([
        lost(branch.when),
        when(condition, lost(branch.value)),
        when({ kind: "test", test: "not_true", operand: condition }, lost({ ...expression, branches })),
      ]);
    }
    case "coalesce": {
      const [first, ...operands] = expression.operands;
      if (!first) return null;
      return any([lost(first), when(isNull(scalar(first, bindings)), lost({ ...expression, operands }))]);
    }
    case "aggregate":
      return null;
    default:
      return any(childrenOf(expression).map(lost));
  }
}

function lostBetween({ input, value }: ComputedCast): SqlExpression | null {
  return allOf([isNotNull(input), isNull(value)]);
}

/** The outermost casts that can lose values and are evaluated whenever the expression is. */
export function certainCasts(expression: Expression): readonly CastExpression[] {
  switch (expression.kind) {
    case "cast":
      return canLose(expression) && !canLoseAnywhere(expression.operand)
        ? [expression]
        : certainCasts(expression.operand);
    case "case":
      return expression.branches.slice(0, 1).flatMap((branch) => certainCasts(branch.when));
    case "coalesce":
      return expression.operands.slice(0, 1).flatMap(certainCasts);
    case "aggregate":
      return [];
    default:
      return childrenOf(expression).flatMap(certainCasts);
  }
}
