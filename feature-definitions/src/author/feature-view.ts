import { compareCodePoints } from "../ir/canonical";
import { type Feature, type FeatureReference, type FeatureView, IR_VERSION } from "../ir/nodes";
import { isNullable, typeOf } from "../ir/type-of";
import type { ValueType } from "../ir/types";
import type { Duration } from "./duration";
import type { EntityDefinition, EntityKeySet, KeyFor } from "./entity";
import { emptyContract, type FeatureDefinition, type FeatureParts } from "./feature";
import type { Typed } from "./scalar-types";
import type { ColumnSet, KeyColumnSet, Row, SourceDefinition } from "./source";
import { rowOf } from "./source";
import type { RowValue } from "./values";

/** What may stand under a feature's name: an expression over aggregates, with or without a contract. */
export type FeatureInput =
  | Typed<ValueType, boolean, "entity">
  | { readonly kind: "feature_definition"; readonly parts: FeatureParts };

type ValueOf<F> =
  F extends FeatureDefinition<ValueType, infer N, infer V>
    ? V | (N extends true ? null : never)
    : F extends Typed<infer T, infer N, "entity">
      ? RowValue<T> | (N extends true ? null : never)
      : never;

type FeatureRow<F> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

/** Some features of one view, as a service takes them. */
export interface FeaturePick<ViewName extends string, PickedRow> {
  readonly kind: "feature_pick";
  readonly entity: string;
  readonly references: readonly FeatureReference[];
  /** The type of each reference, in their order: what a client needs to turn int64 texts into bigints. */
  readonly types: readonly ValueType[];
  /** Exists for the type checker only. */
  readonly "~pick"?: readonly [view: ViewName, row: PickedRow];
}

/** A feature view as its module exports it; `ir` is all that is stored of it. */
export interface FeatureViewDefinition<Name extends string, Version extends number, KeyRow, FeaturesRow> {
  readonly kind: "feature_view_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: FeatureView;
  /** These features, in this order. */
  pick<const F extends Extract<keyof FeaturesRow, string>>(...features: F[]): FeaturePick<Name, Pick<FeaturesRow, F>>;
  /** All features, by name. */
  all(): FeaturePick<Name, FeaturesRow>;
  /** Exist for the type checker only. */
  readonly "~row"?: FeaturesRow;
  readonly "~key"?: KeyRow;
}

export interface FeatureViewOptions<
  Name extends string,
  Version extends number,
  E extends EntityKeySet,
  K extends KeyColumnSet & KeyFor<E>,
  C extends ColumnSet,
  F extends Readonly<Record<string, FeatureInput>>,
> {
  readonly name: Name;
  /** 1, 2, 3, …: an applied version never changes its meaning. */
  readonly version: Version;
  readonly entity: EntityDefinition<E>;
  /** The source; its key has all of the entity's key columns. */
  readonly from: SourceDefinition<K, C>;
  /** Only rows for which the condition is true are the view's. */
  readonly where?: (row: Row<K, C>) => Typed<"bool", boolean, "row">;
  /** A row whose event time is older than this when it is read is `expired`. Without it, none ever is. */
  readonly ttl?: Duration;
  /** How old the served generation may get, at most: a run is due before. A promise, not part of the version's meaning. */
  readonly freshness?: Duration;
  readonly owner?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly features: (row: Row<K, C>) => F;
}

function partsOf(input: FeatureInput): FeatureParts {
  if (input.kind === "feature_definition") return input.parts;
  const { expression } = input;
  return {
    expression,
    type: typeOf(expression),
    nullable: isNullable(expression),
    embedding: null,
    contract: emptyContract,
  };
}

/**
 * Declares a feature view: a named, versioned group of features of one entity from one source. The type of its rows
 * is `RowOf<typeof view>`. Never fails: `checkDefinitions` reports all that is wrong with it.
 *
 * @example
 * export const listening = featureView({
 *   name: "listening", version: 1, entity: track, from: plays, ttl: days(30),
 *   features: (p) => ({ plays_7d: count().over(days(7)).describe("Plays of the last 7 days") }),
 * });
 */
export function featureView<
  const Name extends string,
  const Version extends number,
  E extends EntityKeySet,
  K extends KeyColumnSet & KeyFor<E>,
  C extends ColumnSet,
  F extends Readonly<Record<string, FeatureInput>>,
>(
  options: FeatureViewOptions<Name, Version, E, K, C, F>,
): FeatureViewDefinition<Name, Version, { readonly [P in keyof E]: RowValue<E[P]["type"]> }, FeatureRow<F>> {
  const { name, version } = options;
  const row = rowOf<K, C>(options.from.ir);
  const features: Feature[] = Object.entries(options.features(row))
    .map(([featureName, input]) => ({ name: featureName, ...partsOf(input) }))
    .sort((a, b) => compareCodePoints(a.name, b.name));
  const pick = (names: readonly string[]) => ({
    kind: "feature_pick" as const,
    entity: options.entity.ir.name,
    references: names.map((feature) => ({ view: name, version, feature })),
    // A name that is no feature is reported by checkDefinitions; its type does not matter until then.
    types: names.map((name) => features.find((feature) => feature.name === name)?.type ?? "string"),
  });
  return {
    kind: "feature_view_definition",
    name,
    version,
    ir: {
      kind: "feature_view",
      irVersion: IR_VERSION,
      name,
      version,
      entity: options.entity.ir,
      source: options.from.ir,
      filter: options.where?.(row).expression ?? null,
      ttlSeconds: options.ttl?.seconds ?? null,
      ...(options.freshness ? { freshnessSeconds: options.freshness.seconds } : {}),
      features,
      description: options.description ?? null,
      owner: options.owner ?? null,
      tags: options.tags ?? [],
    },
    pick: (...names) => pick(names),
    all: () => pick(features.map((feature) => feature.name)),
  };
}
