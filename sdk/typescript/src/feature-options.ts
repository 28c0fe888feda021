import type { AnswerParts } from "./answer";
import type { EntityDefinition } from "./definition";
import type { InputsOf } from "./inputs";
import type { EntityId } from "./key";
import type { FeatureRow, RowMetadata } from "./read-row";
import type { AnyRegistry, RegistryTypes } from "./registry-types";
import type { Values } from "./row-types";
import type { Selector, ServiceSelector } from "./selection";
import type { CallOptions } from "./transport";

/** The features of a call: named ones, or those of a service; by default all promoted views of the entity. */
export interface FeatureChoice<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
> {
  /**
   * Views, single features and definitions. With `service` only to name parts of a named service that has computed
   * features: `["computed.similarity", "speech_profile"]`.
   */
  readonly features?: Selectors;
  /** A feature service: `"party_predictor"`, pinned `"party_predictor@1"`, or its definition. */
  readonly service?: Service;
  /** Several services of one entity instead of `service`; each feature is answered once. One may have computed features. */
  readonly services?: readonly ServiceSelector[];
  /** Needed only if neither the features nor the server's default entity determines it. */
  readonly entity?: string | EntityDefinition;
}

/** Options of a read. */
export interface ReadOptions {
  /** Requests each view's version, generation, as-of time, event time and age, and the features that got a default. */
  readonly metadata?: boolean;
  /** Milliseconds for the server; views that take longer have the status `timeout`. */
  readonly latencyBudgetMs?: number;
  /** Reads the values as known at a past time, for at most 100 ids. This queries each view's source. */
  readonly asOf?: string | Date;
}

export interface GetFeaturesOptions<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
> extends FeatureChoice<Selectors, Service>,
    ReadOptions,
    CallOptions {}

export interface GetFeatureBatchOptions<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
  Types extends RegistryTypes = AnyRegistry,
> extends FeatureChoice<Selectors, Service>,
    ReadOptions,
    CallOptions {
  /** In any order, may repeat. */
  readonly ids: readonly EntityId[];
  /** The service's request inputs, the same for all rows. */
  readonly inputs?: Partial<InputsOf<Service, Types>> | undefined;
  /** Inputs per row, one for each id; they override `inputs`. */
  readonly inputsByRow?: readonly Partial<InputsOf<Service, Types>>[] | undefined;
  /** An invalid id fails the call (`"reject"`, the default), or only its row (`"null"`), reported in `errors`. */
  readonly onInvalidId?: "reject" | "null";
}

/** Options of a stream: those of a batch, without what belongs to a single request. */
export interface StreamFeaturesOptions<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
  Types extends RegistryTypes = AnyRegistry,
> extends Omit<
    GetFeatureBatchOptions<Selectors, Service, Types>,
    "ids" | "inputsByRow" | "metadata" | "idempotencyKey"
  > {}

/** One entity's features, with metadata if `metadata: true`. */
export type FeatureAnswer<Features = Values> = FeatureRow<Features> & AnswerParts & RowMetadata;
