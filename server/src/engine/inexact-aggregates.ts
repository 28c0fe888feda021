import { type Expression, type Feature, isSum, typeOf, walk } from "@featstore/definitions/compiler";

/** An aggregate whose result depends on the order of summation. */
export type InexactAggregate = Extract<Expression, { readonly kind: "aggregate" }> & { readonly operand: Expression };

/** Returns the float sums in a feature. Without any, its values must be equal. */
export function inexactAggregates({ expression }: Pick<Feature, "expression">): readonly InexactAggregate[] {
  const found: InexactAggregate[] = [];
  walk(expression, (node) => {
    if (node.kind !== "aggregate" || node.operand === null || !isSum(node.name)) return;
    const type = typeOf(node.operand);
    if (type === "float64" || type === "float32") found.push({ ...node, operand: node.operand });
  });
  return found;
}
