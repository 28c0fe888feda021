import { featureColumnName } from "../ir/service-columns";
import type { ValueType } from "../ir/types";
import type { FeaturePick, FeatureType, ThroughPick } from "./feature-pick";
import { scalar } from "./scalar";
import type { Scalar } from "./scalar-types";

/** Features that a service takes: from its own entity's views or from joined ones. */
export type AnyPick = FeaturePick<string, object> | ThroughPick<string, object>;

export type Intersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void
  ? I
  : never;
export type ViewNameOf<P> = P extends {
  readonly "~pick"?: readonly [view: infer ViewName extends string, row: unknown];
}
  ? ViewName
  : never;

type TypesOf<P, ViewName> = P extends
  | FeaturePick<infer PickedName, unknown, infer Types>
  | ThroughPick<infer PickedName, unknown, infer Types>
  ? PickedName extends ViewName
    ? Types
    : never
  : never;

type ColumnsOf<Types> = {
  readonly [Name in keyof Types]: Types[Name] extends FeatureType<infer T, unknown, infer D>
    ? Scalar<T, D extends true ? false : true, "entity">
    : never;
};

/** Picked features as computed features read them, under their views' names: nullable unless they have a default. */
export type FeatureColumns<P extends readonly AnyPick[]> = {
  readonly [ViewName in ViewNameOf<P[number]>]: ColumnsOf<Intersection<TypesOf<P[number], ViewName>>>;
};

/** A feature that expressions may read, under its view's name. */
export interface ReadableFeature {
  readonly view: string;
  readonly feature: string;
  readonly type: ValueType;
  readonly nullable: boolean;
}

/** Makes columns of picked features; see `columnsByView`. */
export function featureColumns<P extends readonly AnyPick[]>(picks: P): FeatureColumns<P> {
  const picked = picks.flatMap(({ references, types, defaults }) =>
    references.map(
      ({ view, feature }, index): ReadableFeature => ({
        ...{ view, feature },
        type: types[index] ?? "string",
        nullable: defaults[index] !== true,
      }),
    ),
  );
  // The proxies have every name, with the type of the picked feature.
  return columnsByView(picked) as FeatureColumns<P>;
}

/** Makes columns of the features; a name that is not one of them also gives a column, for the checks to report. */
export function columnsByView(features: readonly ReadableFeature[]): object {
  const known = new Map(
    features.map(({ type, nullable, ...reference }) => [featureColumnName(reference), { type, nullable }]),
  );
  const columnOf = (name: string): object =>
    scalar({ kind: "column", name, ...(known.get(name) ?? { type: "string", nullable: true }) });
  const under = (make: (name: string) => object): object =>
    new Proxy({}, { get: (_target, name) => (typeof name === "string" ? make(name) : undefined) });
  return under((view) => under((feature) => columnOf(featureColumnName({ view, feature }))));
}
