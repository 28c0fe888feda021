import type { ComputedFeature, Entity, Feature, PlainSource, ServiceInput } from "@featstore/definitions/compiler";
import type { RegisteredView } from "../../registry/index";

/** A pinned feature of a training set, from which a rerun selects it again. */
export interface PinnedFeature {
  /** The column name, as in batch responses of the API: `speech_sentiment.sentiment`. */
  readonly column: string;
  readonly view: string;
  readonly version: number;
  readonly feature: string;
}

/** A pinned label of a training set. */
export interface PinnedLabel extends PinnedFeature {
  readonly horizonSeconds: number;
}

export interface PlannedFeature {
  readonly column: string;
  readonly registered: RegisteredView;
  readonly feature: Feature;
  /** The feature that holds the key of the view's entity, if that is another entity. */
  readonly through?: PlannedFeature;
}

/** A pinned service with computed features or features of other entities. */
export interface PinnedService {
  /** `recommender@1` */
  readonly service: string;
  /** The requested part of its features; null for all. */
  readonly features: readonly string[] | null;
}

/** A label: the value of a feature at a horizon after the spine row's time. */
export interface PlannedLabel extends PlannedFeature {
  readonly horizonSeconds: number;
}

/** A training set's request, resolved against one registry snapshot. */
export interface TrainingPlan {
  readonly entity: Entity;
  readonly features: readonly PlannedFeature[];
  /** Features read for computed features and for the keys of other entities, not part of the result. */
  readonly needed: readonly PlannedFeature[];
  /** The service's computed features; their columns follow the features. */
  readonly computed: readonly ComputedFeature[];
  /** The service's inputs, read from the spine's other columns. */
  readonly inputs: readonly ServiceInput[];
  readonly service: PinnedService | null;
  readonly labels: readonly PlannedLabel[];
  /** The views of `features` and `needed`, in the order of the compiled statement's event times. */
  readonly views: readonly RegisteredView[];
  /** Every table and query that the values depend on, including extensions and populations. */
  readonly sources: readonly PlainSource[];
  readonly tenant: string | null;
  /** The scope of the spine's rows: the tenant if a view needs one, else ''. */
  readonly scope: string;
}

/** The input of `planAgain`. */
export interface PinnedPlan {
  readonly features: readonly PinnedFeature[];
  readonly labels: readonly PinnedLabel[];
  readonly service: PinnedService | null;
}
