import { compareCodePoints } from "../ir/canonical";
import { type Feature, type FeatureReference, type FeatureView, IR_VERSION } from "../ir/nodes";
import { isNullable, typeOf } from "../ir/type-of";
import type { ValueType } from "../ir/types";
import type { Duration } from "./duration";
import type { EntityDefinition, EntityKeySet, KeyFor } from "./entity";
import { emptyContract } from "./feature";
import {
  type FeaturePick,
  type FeatureType,
  type JoinedView,
  type PickedTypes,
  pickedParts,
  type SingleKey,
  type ViewFeature,
} from "./feature-pick";
import type { FeatureDefinition, FeatureParts, Typed } from "./scalar-types";
import { type ScheduleInput, scheduleOf } from "./schedule";
import type { ColumnSet, KeyColumnSet, Row, SourceDefinition } from "./source";
import { rowOf } from "./source";
import type { RowValue } from "./values";

/** A feature in a view: an expression over aggregates, with or without a contract. */
export type FeatureInput =
  | Typed<ValueType, boolean, "entity">
  | { readonly kind: "feature_definition"; readonly parts: FeatureParts };

type ValueOf<F> =
  F extends FeatureDefinition<ValueType, infer N, infer V, infer D>
    ? V | (D extends true ? never : N extends true ? null : never)
    : F extends Typed<infer T, infer N, "entity">
      ? RowValue<T> | (N extends true ? null : never)
      : never;

/** The values of features by their names. */
export type FeatureRow<F> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

type FeatureTypeOf<F> =
  F extends FeatureDefinition<infer T, boolean, infer V, infer D>
    ? FeatureType<T, V, D>
    : F extends Typed<infer T, boolean, "entity">
      ? FeatureType<T, RowValue<T>, false>
      : never;

type FeatureTypes<F> = { readonly [Name in keyof F]: FeatureTypeOf<F[Name]> };

/** A feature view as its module exports it; only `ir` is stored. */
export interface FeatureViewDefinition<
  Name extends string,
  Version extends number,
  KeyRow,
  FeaturesRow,
  Types = unknown,
> {
  readonly kind: "feature_view_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: FeatureView;
  /** Picks these features, in this order. */
  pick<const F extends Extract<keyof FeaturesRow, string>>(
    ...features: F[]
  ): FeaturePick<Name, Pick<FeaturesRow, F>, PickedTypes<Types, F>>;
  /** Picks all features, by name. */
  all(): FeaturePick<Name, FeaturesRow, Types>;
  /** One feature, which can hold the key of another entity in a service of this view's entity. */
  feature<const F extends Extract<keyof FeaturesRow, string>>(name: F): ViewFeature<FeaturesRow[F]>;
  /**
   * Joins this view in a service of another entity, one of whose features holds the key of this view's entity.
   *
   * @example speakerActivity.through(speechProfile.feature("speaker")).pick("analyses_total")
   */
  through(key: ViewFeature<SingleKey<KeyRow> | null>): JoinedView<Name, Types>;
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
  /** The view reads only rows for which the condition is true. */
  readonly where?: (row: Row<K, C>) => Typed<"bool", boolean, "row">;
  /** A row whose event time is older than this when it is read is `expired`. Without it, rows never expire. */
  readonly ttl?: Duration;
  /**
   * The maximum age of the served generation: a run is due before then. A promise, not part of the version's meaning.
   */
  readonly freshness?: Duration;
  /**
   * When the server materializes it: `"0 3 * * *"`, five fields in UTC, or `{ cron: "0 3 * * *", zone: "Europe/Berlin"
   * }`.
   */
  readonly schedule?: ScheduleInput;
  /** When a scheduled run recomputes every row, so that deleted source rows are found. Default: once a night. */
  readonly reconcile?: ScheduleInput;
  /**
   * A generation with fewer rows is not published, and the served one stays. A promise, not part of the version's
   * meaning.
   */
  readonly minRows?: number;
  /**
   * A generation that lost a larger share of the served rows is not published: `0.2` is a fifth. Not part of the
   * version's meaning.
   */
  readonly maxShrink?: number;
  /** The view's former name, if it is renamed: `apply` then moves all existing versions and computes nothing. */
  readonly renamedFrom?: string;
  readonly owner?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly features: (row: Row<K, C>) => F;
}

/** A feature without its name. */
export function partsOf(input: FeatureInput): FeatureParts {
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
 * Declares a feature view: a named, versioned group of features of one entity from one source. The type of its rows is
 * `RowOf<typeof view>`. Never fails: `checkDefinitions` reports every error.
 *
 * @example
 * export const listening = featureView({
 *   name: "listening", version: 1, entity: song, from: plays, ttl: days(30),
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
): FeatureViewDefinition<
  Name,
  Version,
  { readonly [P in keyof E]: RowValue<E[P]["type"]> },
  FeatureRow<F>,
  FeatureTypes<F>
> {
  const { name, version } = options;
  const row = rowOf<K, C>(options.from.ir);
  const features: Feature[] = Object.entries(options.features(row))
    .map(([featureName, input]) => ({ name: featureName, ...partsOf(input) }))
    .sort((a, b) => compareCodePoints(a.name, b.name));
  const all = features.map((feature) => feature.name);
  const pick = (names: readonly string[]) => ({
    kind: "feature_pick" as const,
    entity: options.entity.ir.name,
    ...pickedParts({ name, version, features }, names),
  });
  const reach = (entity: string, through: FeatureReference, names: readonly string[]) => ({
    kind: "through_pick" as const,
    entity,
    ...pickedParts({ name, version, features }, names, through),
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
      ...(options.schedule === undefined ? {} : { schedule: scheduleOf(options.schedule) }),
      ...(options.reconcile === undefined ? {} : { reconcile: scheduleOf(options.reconcile) }),
      ...(options.minRows === undefined ? {} : { minimumRows: options.minRows }),
      ...(options.maxShrink === undefined ? {} : { maximumShrink: options.maxShrink }),
      ...(options.renamedFrom === undefined ? {} : { renamedFrom: options.renamedFrom }),
      features,
      description: options.description ?? null,
      owner: options.owner ?? null,
      tags: options.tags ?? [],
    },
    pick: (...names) => pick(names),
    all: () => pick(all),
    feature: (feature) => ({
      kind: "view_feature",
      entity: options.entity.ir.name,
      reference: { view: name, version, feature },
    }),
    through: ({ entity, reference }) => ({
      pick: (...names) => reach(entity, reference, names),
      all: () => reach(entity, reference, all),
    }),
  };
}
