import { type AggregateExpression, canonicalJson, type Feature, walk } from "@featstore/definitions/compiler";
import { expressionText } from "./expression-text";

/**
 * Formats a feature's expression in the language of definitions. A repeated aggregate becomes a constant above it: `$joy` if
 * the feature `joy` of its view is the same aggregate, else `$1`, `$2`.
 */
export function featureText({ name, expression }: Feature, features: readonly Feature[]): string {
  const uses = new Map<string, { readonly aggregate: AggregateExpression; readonly count: number }>();
  walk(expression, (node) => {
    if (node.kind !== "aggregate") return;
    const key = canonicalJson(node);
    uses.set(key, { aggregate: node, count: (uses.get(key)?.count ?? 0) + 1 });
  });
  const repeated = [...uses].filter(([, { count }]) => count > 1);
  const others = new Map(
    features
      .filter((feature) => feature.name !== name && /^[A-Za-z0-9_]+$/.test(feature.name))
      .map((feature) => [canonicalJson(feature.expression), feature.name]),
  );
  const names = new Map(repeated.map(([key], index) => [key, `$${others.get(key) ?? index + 1}`]));
  return [
    ...repeated.map(([key, { aggregate }]) => `const ${names.get(key)} = ${expressionText(aggregate)};`),
    expressionText(expression, (aggregate) => names.get(canonicalJson(aggregate))),
  ].join("\n");
}
