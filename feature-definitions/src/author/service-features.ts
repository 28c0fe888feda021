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

interface Known {
  readonly type: ValueType;
  readonly nullable: boolean;
}

/** Makes columns of the features; a name that is not picked also gives a column, for `checkDefinitions` to report. */
export function featureColumns<P extends readonly AnyPick[]>(picks: P): FeatureColumns<P> {
  const known = new Map<string, Known>();
  for (const { references, types, defaults } of picks) {
    for (const [index, { view, feature }] of references.entries()) {
      known.set(featureColumnName({ view, feature }), {
        type: types[index] ?? "string",
        nullable: defaults[index] !== true,
      });
    }
  }
  const columnOf = (name: string): object =>
    scalar({ kind: "column", name, ...(known.get(name) ?? { type: "string", nullable: true }) });
  const under = (make: (name: string) => object): object =>
    new Proxy({}, { get: (_target, name) => (typeof name === "string" ? make(name) : undefined) });
  // The proxies have every name, with the type of the picked feature.
  return under((view) => under((feature) => columnOf(featureColumnName({ view, feature })))) as FeatureColumns<P>;
}
