import type { Contract, Feature, Metric } from "../ir/nodes";
import type { ValueType } from "../ir/types";
import { operandExpression } from "./literal";
import type { ContractMethods } from "./scalar-types";

export type FeatureParts = Omit<Feature, "name">;

/** A feature without its name: an expression of entity level with a contract. V is its value beside null. */
export type FeatureDefinition<T extends ValueType, N extends boolean, V, D extends boolean = false> = ContractMethods<
  T,
  N,
  V,
  D
> & {
  readonly kind: "feature_definition";
  readonly parts: FeatureParts;
  /** Exists for the type checker only. */
  readonly "~feature"?: readonly [type: T, nullable: N, value: V, hasDefault: D];
};

export const emptyContract: Contract = {
  description: null,
  unit: null,
  minimum: null,
  maximum: null,
  allowedValues: null,
  maximumNullFraction: null,
  tags: [],
};

/** The methods by which a feature gets its contract; each gives a new feature. */
export function contractMethods(parts: FeatureParts) {
  const promising = (contract: Partial<Contract>) =>
    feature({ ...parts, contract: { ...parts.contract, ...contract } });
  return {
    describe: (description: string) => promising({ description }),
    unit: (unit: string) => promising({ unit }),
    between: (minimum: number, maximum: number) => promising({ minimum, maximum }),
    oneOf: (...allowedValues: (string | number)[]) => promising({ allowedValues }),
    maxNullFraction: (maximumNullFraction: number) => promising({ maximumNullFraction }),
    // Of another type than the feature's, it is kept as it is for the checks to report.
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
