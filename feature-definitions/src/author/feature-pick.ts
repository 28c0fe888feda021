import type { Feature, FeatureReference, FeatureView } from "../ir/nodes";
import type { ValueType } from "../ir/types";

/** A feature as a service's expressions read it. Exists for the type checker only. */
export interface FeatureType<T extends ValueType, V, D extends boolean> {
  readonly type: T;
  readonly value: V;
  readonly hasDefault: D;
}

/** The picked ones of a view's feature types. */
export type PickedTypes<Types, F extends string> = {
  readonly [Name in F]: Name extends keyof Types ? Types[Name] : unknown;
};

interface Picked {
  /** The entity of the service. */
  readonly entity: string;
  readonly references: readonly FeatureReference[];
  /** The type of each reference, in order; clients need it to turn int64 texts into bigints. */
  readonly types: readonly ValueType[];
  /** For each reference, in order, true if it has a default. */
  readonly defaults: readonly boolean[];
}

/** Picked features of one view, as a service takes them. */
export interface FeaturePick<ViewName extends string, PickedRow, Types = unknown> extends Picked {
  readonly kind: "feature_pick";
  /** Exist for the type checker only. */
  readonly "~pick"?: readonly [view: ViewName, row: PickedRow];
  readonly "~features"?: Types;
}

/** Picked features of another entity's view, with the feature that holds the other entity's key. */
export interface ThroughPick<ViewName extends string, PickedRow, Types = unknown> extends Picked {
  readonly kind: "through_pick";
  /** Exist for the type checker only. */
  readonly "~pick"?: readonly [view: ViewName, row: PickedRow];
  readonly "~features"?: Types;
}

/** One feature of a view, with value V. */
export interface ViewFeature<V> {
  readonly kind: "view_feature";
  readonly entity: string;
  readonly reference: FeatureReference;
  /** Exists for the type checker only. */
  readonly "~value"?: V;
}

/** The only value of the key; never for a composite key. */
export type SingleKey<KeyRow> = {
  [Name in keyof KeyRow]: [keyof KeyRow] extends [Name] ? KeyRow[Name] : never;
}[keyof KeyRow];

/** The joined entity may not exist, so features without a default may be null. */
export type JoinedRow<Types> = {
  readonly [Name in keyof Types]: Types[Name] extends FeatureType<ValueType, infer V, infer D>
    ? V | (D extends true ? never : null)
    : never;
};

/** Picks from a view that is joined by another entity's feature. */
export interface JoinedView<Name extends string, Types> {
  /** Picks these features, in this order. */
  pick<const F extends Extract<keyof Types, string>>(
    ...features: F[]
  ): ThroughPick<Name, JoinedRow<PickedTypes<Types, F>>, PickedTypes<Types, F>>;
  /** Picks all features, by name. */
  all(): ThroughPick<Name, JoinedRow<Types>, Types>;
}

/** Describes the picked features of a view. An unknown name is reported by `checkDefinitions`. */
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
