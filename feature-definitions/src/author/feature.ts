import type { Contract, Metric } from "../ir/nodes";
import { operandExpression } from "./literal";
import type { FeatureParts } from "./scalar-types";

export const emptyContract: Contract = {
  description: null,
  unit: null,
  minimum: null,
  maximum: null,
  allowedValues: null,
  maximumNullFraction: null,
  tags: [],
};

/** The methods that set a feature's contract; each returns a new feature. */
export function contractMethods(parts: FeatureParts) {
  const promising = (contract: Partial<Contract>) =>
    feature({ ...parts, contract: { ...parts.contract, ...contract } });
  return {
    describe: (description: string) => promising({ description }),
    unit: (unit: string) => promising({ unit }),
    between: (minimum: number, maximum: number) => promising({ minimum, maximum }),
    oneOf: (...allowedValues: (string | number)[]) => promising({ allowedValues }),
    maxNullFraction: (maximumNullFraction: number) => promising({ maximumNullFraction }),
    // A default of another type is kept unchanged, for the checks to report.
    default: (value: unknown) => {
      const literal = operandExpression(value, parts.type);
      const constant = literal.kind === "literal" ? literal.value : null;
      return feature(constant === null ? parts : { ...parts, default: constant });
    },
    owner: (owner: string) => promising({ owner }),
    pii: () => promising({ pii: true }),
    tags: (...tags: string[]) => promising({ tags: [...parts.contract.tags, ...tags] }),
    space: (space: string, options: { readonly metric?: Metric } = {}) =>
      feature({ ...parts, embedding: { space, metric: options.metric ?? "cosine" } }),
  };
}

function feature(parts: FeatureParts): object {
  return { kind: "feature_definition", parts, ...contractMethods(parts) };
}
