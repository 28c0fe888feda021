import type { Expression } from "../../ir/expressions";
import { typeOf } from "../../ir/type-of";
import type { ValueType } from "../../ir/types";
import type { DialectParts } from "./dialect-parts";
import { atom, call, compound, operand, type Rendered } from "./rendered";
import { comparedAs } from "./scalar-parts";

type Conditional = Extract<
  Expression,
  { readonly kind: "comparison" | "logic" | "not" | "in" | "null_test" | "case" | "coalesce" }
>;

/** Renders conditions and what depends on them, which all dialects write alike. */
export function renderConditional(
  { castName, inType, byCodePoint }: DialectParts,
  expression: Conditional,
  render: (inner: Expression) => Rendered,
): Rendered {
  const typed = (inner: Expression, type: ValueType): Rendered => inType(render(inner), type);
  switch (expression.kind) {
    case "comparison": {
      const type = comparedAs([typeOf(expression.left), typeOf(expression.right)]);
      const [left, right] = [operand(typed(expression.left, type)), operand(typed(expression.right, type))];
      const isOrder = type === "string" && expression.operator !== "=" && expression.operator !== "<>";
      return compound(`${left} ${expression.operator} ${right}${isOrder ? byCodePoint : ""}`, "bool");
    }
    case "logic": {
      if (expression.operands.length === 0) return atom(expression.operator === "and" ? "true" : "false", "bool");
      const operands = expression.operands.map((inner) => operand(typed(inner, "bool")));
      return operands.length === 1
        ? atom(operands[0] ?? "", "bool")
        : compound(operands.join(` ${expression.operator} `), "bool");
    }
    case "not":
      return compound(`not ${operand(typed(expression.operand, "bool"))}`, "bool");
    case "in": {
      if (expression.values.length === 0) return atom("false", "bool");
      const type = comparedAs([typeOf(expression.operand), ...expression.values.map(typeOf)]);
      const values = expression.values.map((value) => typed(value, type).text);
      return compound(`${operand(typed(expression.operand, type))} in (${values.join(", ")})`, "bool");
    }
    case "null_test":
      return compound(`${operand(render(expression.operand))} is ${expression.negated ? "not " : ""}null`, "bool");
    case "case": {
      const type = typeOf(expression);
      const branches = expression.branches.map(
        (branch) => `when ${typed(branch.when, "bool").text} then ${typed(branch.value, type).text}`,
      );
      const otherwise = expression.otherwise ? ` else ${typed(expression.otherwise, type).text}` : "";
      if (branches.length === 0)
        return expression.otherwise ? typed(expression.otherwise, type) : atom(`null::${castName(type)}`, type);
      return atom(`case ${branches.join(" ")}${otherwise} end`, type);
    }
    case "coalesce": {
      const type = typeOf(expression);
      return call(
        "coalesce",
        expression.operands.map((inner) => typed(inner, type).text),
        type,
      );
    }
    default:
      return expression satisfies never;
  }
}
