import type { components } from "./generated/openapi";

type Schemas = components["schemas"];

/** A JSON value as `JSON.parse` gives it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * How one view answered for one entity: `complete` has values, nulls included; `missing` is a known entity without a
 * row; `expired` a row older than its view's ttl; `timeout` a view that did not answer in time.
 */
export type ViewStatus = Schemas["ViewStatus"];

/** The views' status where they agree, else `partial`. */
export type RowStatus = Schemas["RowStatus"];

/** Of when a view's values are. `as_of` is where windows end, `event_time` that of the newest fact; ISO 8601 in UTC. */
export type ViewMetadata = Schemas["RowMetadata"];

/** Of a batch: what differs from row to row is an array in the order of the ids. */
export type BatchViewMetadata = Schemas["BatchMetadata"];

/** As `ComputedMetadata`, of a batch: `defaulted` of each row. */
export type BatchComputedMetadata = Schemas["BatchComputedMetadata"];

/** Why an id could not be read, where that fails its row alone: `position` among the ids, and a stable `code`. */
export type IdError = NonNullable<BatchBody["errors"]>[number];

/** Of what a service computes: the service, the type of each feature, and those whose null a default stood in for. */
export type ComputedMetadata = Schemas["ComputedMetadata"];

export type FeaturesBody = Schemas["FeaturesAnswer"];
export type BatchBody = Schemas["BatchAnswer"];
export interface EmbeddingsBody {
  readonly embeddings: Readonly<Record<string, Embedding>>;
  readonly status: RowStatus;
}
export type EmbeddingsBatchBody = Schemas["EmbeddingsBatchAnswer"];
export type EmbeddingsSearchBody = Schemas["EmbeddingsSearchAnswer"];

/** A vector with its space; `vector` is null where `status` is not `complete`, or the row's value is null. */
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

/** What every answer carries besides its content. */
export interface AnswerParts {
  /** The request's id in the server's logs; null where the answer had none. */
  readonly requestId: string | null;
}
