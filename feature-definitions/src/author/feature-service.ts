import { type ComputedFeature, type FeatureService, IR_VERSION } from "../ir/nodes";
import type { ValueType } from "../ir/types";
import type { EntityDefinition, EntityKeySet } from "./entity";
import { type FeatureInput, type FeatureRow, partsOf } from "./feature-view";
import {
  type AnyPick,
  type FeatureColumns,
  featureColumns,
  type Intersection,
  type ViewNameOf,
} from "./service-features";
import {
  type AsOf,
  asOfColumn,
  type InputColumns,
  type InputSet,
  type InputsRow,
  inputColumns,
  inputsOf,
} from "./service-inputs";

type PickedRowOf<P, ViewName extends string> = P extends {
  readonly "~pick"?: readonly [view: infer PickedName, row: infer PickedRow];
}
  ? PickedName extends ViewName
    ? PickedRow
    : never
  : never;

type ComputedSet = Readonly<Record<string, FeatureInput>>;
type NoneComputed = Readonly<Record<never, FeatureInput>>;
type NoInputs = Readonly<Record<never, never>>;

/** The row of a service: the picked features under their views' names, and the computed features under `computed`. */
export type ServiceRow<P extends readonly AnyPick[], C = NoneComputed> = {
  readonly [ViewName in ViewNameOf<P[number]>]: Intersection<PickedRowOf<P[number], ViewName>>;
} & ([keyof C] extends [never] ? unknown : { readonly computed: FeatureRow<C> });

/** A feature service as its module exports it; only `ir` is stored. */
export interface FeatureServiceDefinition<
  Name extends string,
  Version extends number,
  ServedRow,
  Inputs = unknown,
  Features = unknown,
> {
  readonly kind: "feature_service_definition";
  readonly name: Name;
  readonly version: Version;
  readonly ir: FeatureService;
  /** The type of each of `ir.features`, in their order. */
  readonly types: readonly ValueType[];
  /** For each of `ir.features`, whether its value may be absent: true unless it has a default. */
  readonly nullable: readonly boolean[];
  /** The type of each of `ir.computed`, in their order; empty if nothing is computed. */
  readonly computedTypes: readonly ValueType[];
  /** Exist for the type checker only. */
  readonly "~row"?: ServedRow;
  readonly "~inputs"?: Inputs;
  readonly "~features"?: Features;
}

export interface FeatureServiceOptions<
  Name extends string,
  Version extends number,
  P extends readonly AnyPick[],
  I extends InputSet = NoInputs,
  C extends ComputedSet = NoneComputed,
> {
  readonly name: Name;
  readonly version: Version;
  /** The entity of all views that are not joined via a feature; by default the first pick's. */
  readonly entity?: EntityDefinition<EntityKeySet>;
  /** In the order of the model's inputs. */
  readonly features: P;
  /** The types of values that come with a request. Inputs that are not `.nullable()` are required. */
  readonly inputs?: I;
  /**
   * Features that are computed at read time from the features above and from the inputs, and never stored. A stored
   * value that is absent (missing, expired, of an unknown entity) is null, or its default. `asOf` is the requested
   * time: online the moment of reading, in a training set the row's time. Only expressions with the same value in SQL
   * and in process are allowed: no aggregates, no `sql`, no time zone but UTC.
   */
  readonly computed?: (features: FeatureColumns<P>, inputs: InputColumns<I>, asOf: AsOf) => C;
  readonly owner?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

/**
 * Declares a feature service: a named, versioned selection of features from several views, for one model, with the
 * features computed from them at read time. The type of its rows is `RowOf<typeof service>`, features under their
 * views' names; that of its inputs is `InputsOf<typeof service>`. Never fails: `checkDefinitions` reports every error.
 *
 * @example
 * featureService({
 *   name: "recommender", version: 1,
 *   features: [listening.all(), sentiment.pick("quality")],
 *   inputs: { plays_now: int32() },
 *   computed: (features, inputs, asOf) => ({
 *     rise: inputs.plays_now.minus(features.listening.plays_7d),
 *     idle: asOf.secondsSince(features.listening.last_played),
 *   }),
 * })
 */
export function featureService<
  const Name extends string,
  const Version extends number,
  const P extends readonly AnyPick[],
  const I extends InputSet = NoInputs,
  C extends ComputedSet = NoneComputed,
>(
  options: FeatureServiceOptions<Name, Version, P, I, C>,
): FeatureServiceDefinition<Name, Version, ServiceRow<P, C>, InputsRow<I>, FeatureColumns<P>> {
  const { name, version } = options;
  const inputs = inputsOf(options.inputs ?? {});
  const made: ComputedSet =
    options.computed?.(featureColumns(options.features), inputColumns<I>(inputs), asOfColumn()) ?? {};
  const computed = Object.entries(made).map(([feature, input]): ComputedFeature => {
    const { embedding: _embedding, ...parts } = partsOf(input);
    return { name: feature, ...parts };
  });
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
      // Absent if there are none, so that definitions applied before these fields existed keep their hash.
      ...(inputs.length > 0 ? { inputs } : {}),
      ...(computed.length > 0 ? { computed } : {}),
      description: options.description ?? null,
      owner: options.owner ?? null,
      tags: options.tags ?? [],
    },
    types: options.features.flatMap((pick) => pick.types),
    nullable: options.features.flatMap(({ references, defaults }) =>
      references.map((_, index) => defaults[index] !== true),
    ),
    computedTypes: computed.map(({ type }) => type),
  };
}

/** The type of a view's or a service's rows, `RowOf<typeof speechSentiment>`. */
export type RowOf<D> = D extends {
  readonly kind: "feature_view_definition" | "feature_service_definition";
  readonly "~row"?: infer Row;
}
  ? Row
  : never;

/** The type of a service's inputs, `InputsOf<typeof recommender>`. */
export type InputsOf<D> = D extends { readonly kind: "feature_service_definition"; readonly "~inputs"?: infer Inputs }
  ? Inputs
  : never;

/** The type of a view's entity key, `{ speech_id: bigint }`. */
export type KeyOf<D> = D extends { readonly kind: "feature_view_definition"; readonly "~key"?: infer KeyRow }
  ? KeyRow
  : never;
