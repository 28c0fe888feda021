import type { Feature, FeatureReference, FeatureView } from "../ir/nodes";
import type { ValueType } from "../ir/types";

/** A feature as the expressions of a service read it. Exists for the type checker only. */
export interface FeatureType<T extends ValueType, V, D extends boolean> {
  readonly type: T;
  readonly value: V;
  readonly hasDefault: D;
}

/** Of a view's feature types, those that are picked. */
export type PickedTypes<Types, F extends string> = {
  readonly [Name in F]: Name extends keyof Types ? Types[Name] : unknown;
};

interface Picked {
  /** The entity whose service takes them. */
  readonly entity: string;
  readonly references: readonly FeatureReference[];
  /** The type of each reference, in their order: what a client needs to turn int64 texts into bigints. */
  readonly types: readonly ValueType[];
  /** Whether each reference, in their order, has a default. */
  readonly defaults: readonly boolean[];
}

/** Some features of one view, as a service takes them. */
export interface FeaturePick<ViewName extends string, PickedRow, Types = unknown> extends Picked {
  readonly kind: "feature_pick";
  /** Exist for the type checker only. */
  readonly "~pick"?: readonly [view: ViewName, row: PickedRow];
  readonly "~features"?: Types;
}

/** Some features of another entity's view, as a service takes them by way of a feature that holds the other's key. */
export interface ThroughPick<ViewName extends string, PickedRow, Types = unknown> extends Picked {
  readonly kind: "through_pick";
  /** Exist for the type checker only. */
  readonly "~pick"?: readonly [view: ViewName, row: PickedRow];
  readonly "~features"?: Types;
}

/** One feature of a view, whose value is V. */
export interface ViewFeature<V> {
  readonly kind: "view_feature";
  readonly entity: string;
  readonly reference: FeatureReference;
  /** Exists for the type checker only. */
  readonly "~value"?: V;
}

/** The key's one value; never of a composite key. */
export type SingleKey<KeyRow> = {
  [Name in keyof KeyRow]: [keyof KeyRow] extends [Name] ? KeyRow[Name] : never;
}[keyof KeyRow];

/** Nobody may be at the end of the way: what has no default may be null there. */
export type JoinedRow<Types> = {
  readonly [Name in keyof Types]: Types[Name] extends FeatureType<ValueType, infer V, infer D>
    ? V | (D extends true ? never : null)
    : never;
};

/** Picks from a view that is reached by another entity's feature. */
export interface JoinedView<Name extends string, Types> {
  /** These features, in this order. */
  pick<const F extends Extract<keyof Types, string>>(
    ...features: F[]
  ): ThroughPick<Name, JoinedRow<PickedTypes<Types, F>>, PickedTypes<Types, F>>;
  /** All features, by name. */
  all(): ThroughPick<Name, JoinedRow<Types>, Types>;
}

/** What picks of a view say of their features. A name that is no feature is for `checkDefinitions` to report. */
export function pickedParts(
  { name, version, features }: Pick<FeatureView, "name" | "version" | "features">,
  names: readonly string[],
  through?: FeatureReference,
): Pick<Picked, "references" | "types" | "defaults"> {
  const found = names.map((feature): Feature | undefined => features.find((candidate) => candidate.name === feature));
  return {
    references: names.map((feature) => ({ view: name, version, feature, ...(through ? { through } : {}) })),
    types: found.map((feature) => feature?.type ?? "string"),
    defaults: found.map((feature) => feature?.default !== undefined),
  };
}
