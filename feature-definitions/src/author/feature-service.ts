import { type FeatureService, IR_VERSION } from "../ir/nodes";
import type { ValueType } from "../ir/types";
import type { EntityDefinition, EntityKeySet } from "./entity";
import type { FeaturePick, FeatureViewDefinition } from "./feature-view";

type AnyPick = FeaturePick<string, object>;

type Intersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;
type ViewNameOf<P> = P extends FeaturePick<infer ViewName, unknown> ? ViewName : never;
type PickedRowOf<P, ViewName extends string> =
  P extends FeaturePick<infer PickedName, infer PickedRow> ? (PickedName extends ViewName ? PickedRow : never) : never;

/** What a service answers: the picked features under their views' names. */
export type ServiceRow<P extends readonly AnyPick[]> = {
  readonly [ViewName in ViewNameOf<P[number]>]: Intersection<PickedRowOf<P[number], ViewName>>;
};

/** A feature service as its module exports it; `ir` is all that is stored of it. */
export interface FeatureServiceDefinition<Name extends string, Version extends number, ServedRow> {
  readonly kind: "feature_service_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: FeatureService;
  /** The type of each of `ir.features`, in their order. */
  readonly types: readonly ValueType[];
  /** Exists for the type checker only. */
  readonly "~row"?: ServedRow;
}

export interface FeatureServiceOptions<Name extends string, Version extends number, P extends readonly AnyPick[]> {
  readonly name: Name;
  readonly version: Version;
  /** The entity of all the views; by default the first view's. */
  readonly entity?: EntityDefinition<EntityKeySet>;
  /** In the order of the model's inputs. */
  readonly features: P;
  readonly owner?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

/**
 * Declares a feature service: a named, versioned pick of features from several views, for one model. The type of its
 * rows is `RowOf<typeof service>`, features under their views' names.
 *
 * @example
 * featureService({ name: "hit_predictor", version: 1, features: [listening.all(), sentiment.pick("quality")] })
 */
export function featureService<
  const Name extends string,
  const Version extends number,
  const P extends readonly AnyPick[],
>(options: FeatureServiceOptions<Name, Version, P>): FeatureServiceDefinition<Name, Version, ServiceRow<P>> {
  const { name, version } = options;
  return {
    kind: "feature_service_definition",
    name,
    version,
    ir: {
      kind: "feature_service",
      irVersion: IR_VERSION,
      name,
      version,
      entity: options.entity?.ir.name ?? options.features[0]?.entity ?? "",
      features: options.features.flatMap((pick) => pick.references),
      description: options.description ?? null,
      owner: options.owner ?? null,
      tags: options.tags ?? [],
    },
    types: options.features.flatMap((pick) => pick.types),
  };
}

/** The type of a view's or a service's rows, `RowOf<typeof lyricSentiment>`. */
export type RowOf<D> =
  D extends FeatureViewDefinition<string, number, unknown, infer FeaturesRow>
    ? FeaturesRow
    : D extends FeatureServiceDefinition<string, number, infer ServedRow>
      ? ServedRow
      : never;

/** The type of a view's entity key, `{ track_id: bigint }`. */
export type KeyOf<D> = D extends FeatureViewDefinition<string, number, infer KeyRow, unknown> ? KeyRow : never;
