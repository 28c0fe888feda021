import type { CaseExpression, CoalesceExpression, LogicExpression } from "../ir/expressions";
import { typeOf } from "../ir/type-of";
import type { Compile, Evaluator } from "./values";
import { widened } from "./widen";

/** Three-valued logic: an operand that decides the result takes precedence over a null operand. */
export function compileLogic({ operator, operands }: LogicExpression, compile: Compile): Evaluator {
  const deciding = operator === "or";
  const conditions = operands.map(compile);
  return (inputs) => {
    let isKnown = true;
    for (const condition of conditions) {
      const value = condition(inputs);
      if (value === deciding) return deciding;
      if (value === null) isKnown = false;
    }
    return isKnown ? !deciding : null;
  };
}

export function compileCase(expression: CaseExpression, compile: Compile): Evaluator {
  const type = typeOf(expression);
  const branches = expression.branches.map((branch) => ({
    when: compile(branch.when),
    value: widened(branch.value, type, compile),
  }));
  const otherwise = expression.otherwise ? widened(expression.otherwise, type, compile) : () => null;
  return (inputs) => {
    for (const { when, value } of branches) if (when(inputs) === true) return value(inputs);
    return otherwise(inputs);
  };
}

export function compileCoalesce(expression: CoalesceExpression, compile: Compile): Evaluator {
  const type = typeOf(expression);
  const operands = expression.operands.map((operand) => widened(operand, type, compile));
  return (inputs) => {
    for (const operand of operands) {
      const value = operand(inputs);
      if (value !== null) return value;
    }
    return null;
  };
}
