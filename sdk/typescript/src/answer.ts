import type { components } from "./generated/openapi";

type Schemas = components["schemas"];

/** A JSON value as `JSON.parse` gives it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The status of one view for one entity: `complete` has values, possibly null; `missing` is a known entity without a
 * row; `expired` is a row older than its view's ttl; `timeout` is a view that did not answer in time.
 */
export type ViewStatus = Schemas["ViewStatus"];

/** The status of all views if they agree, else `partial`. */
export type RowStatus = Schemas["RowStatus"];

/** The times of a view's values. Windows end at `as_of`; `event_time` is the time of the newest fact; ISO 8601 in UTC. */
export type ViewMetadata = Schemas["RowMetadata"];

/** A view's metadata in a batch: what differs between rows is an array in the order of the ids. */
export type BatchViewMetadata = Schemas["BatchMetadata"];

/** Like `ComputedMetadata`, for a batch: `defaulted` is per row. */
export type BatchComputedMetadata = Schemas["BatchComputedMetadata"];

/** The reason why an id could not be read, if only its row failed: `position` in the ids, and a stable `code`. */
export type IdError = NonNullable<BatchBody["errors"]>[number];

/** Metadata of computed features: the service, each feature's type, and the features whose null was replaced by a default. */
export type ComputedMetadata = Schemas["ComputedMetadata"];

export type FeaturesBody = Schemas["FeaturesAnswer"];
export type BatchBody = Schemas["BatchAnswer"];
export interface EmbeddingsBody {
  readonly embeddings: Readonly<Record<string, Embedding>>;
  readonly status: RowStatus;
}
export type EmbeddingsBatchBody = Schemas["EmbeddingsBatchAnswer"];
export type EmbeddingsSearchBody = Schemas["EmbeddingsSearchAnswer"];

/** A vector with its space; `vector` is null if `status` is not `complete` or the row's value is null. */
export type Embedding = Omit<Schemas["Embedding"], "vector"> & { readonly vector: readonly number[] | null };

/** A view's promoted version. `served` is null until it is materialized for the first time. */
export type FeatureViewSummary = Schemas["FeatureViewSummary"];

/** A view's versions, newest first. */
export type FeatureView = Schemas["FeatureView"];

/** One version of a view: definition, SQL, hashes, freshness. */
export type FeatureViewVersion = Schemas["FeatureViewVersion"];

/** One version of a service; `features` are `view@version.feature` in the model's input order. */
export type FeatureService = Schemas["FeatureService"];

/** A service's versions, newest first. */
export type FeatureServiceVersions = Schemas["FeatureServiceVersions"];

/** The profile of one generation of a view; `features` by name. */
export type FeatureViewProfile = Schemas["FeatureViewProfile"];

/** The differences between two generations of a view; `exceeded` names the measures that reach the server's thresholds. */
export type FeatureViewDrift = Schemas["FeatureViewDrift"];

/** The members of every answer besides its content. */
export interface AnswerParts {
  /** The request's id in the server's logs; null if the answer had none. */
  readonly requestId: string | null;
}
