import type { AnswerParts, EmbeddingsSearchBody, Json } from "./answer";
import type { EntityDefinition, PickDefinition } from "./definition";
import { embeddingReference } from "./embeddings";
import type { FeatureBatch, FeatureChoice } from "./features";
import { type EntityId, keyInBody } from "./key";
import { readBatch } from "./read-row";
import type { FeaturesOf, Values } from "./row-types";
import { type Selector, type ServiceSelector, select } from "./selection";
import type { CallOptions, Transport } from "./transport";
import { base64Of } from "./vectors";

export type Metric = "cosine" | "l2" | "inner_product";

/**
 * A condition on features of the entity. A comparison with null is false, `not` is true of whatever is not true; values
 * are in the JSON form of the feature's type, int64 and decimals as strings where a number would not be exact.
 */
export type EmbeddingFilter =
  | { readonly and: readonly EmbeddingFilter[] }
  | { readonly or: readonly EmbeddingFilter[] }
  | { readonly not: EmbeddingFilter }
  | {
      /** `"view.feature"` or `"view@2.feature"`. */
      readonly feature: string;
      readonly op: "eq" | "ne" | "lt" | "lte" | "gt" | "gte" | "in" | "is_null";
      readonly value?: Json;
    };

export interface SearchEmbeddingsOptions<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
> extends Pick<FeatureChoice<Selectors, Service>, "features" | "service">,
    CallOptions {
  /** Among whose vectors is searched: `"track_embeddings.lyrics"`, or `trackEmbeddings.pick("lyrics")`. */
  readonly embedding: string | PickDefinition;
  /** Searches by this entity's vector; give it or `vector`. */
  readonly id?: EntityId;
  /** The embedding of the id's vector where it is another one, of the same space. */
  readonly idEmbedding?: string | PickDefinition;
  readonly vector?: readonly number[] | Float32Array;
  /** The space that the vector is of: another one than the embedding's is refused. */
  readonly space?: string;
  /** How many hits, 1 to 1,000; 10 by default. */
  readonly k?: number;
  /** The space's by default; by any other all vectors are compared. */
  readonly metric?: Metric;
  readonly filter?: EmbeddingFilter;
  /** Whether the entity that is searched by may be a hit; no by default. */
  readonly includeSelf?: boolean;
  readonly entity?: string | EntityDefinition;
}

export interface EmbeddingHit {
  readonly id: EntityId;
  /** More is nearer: the cosine, the inner product, or 1 / (1 + distance) of l2; null where it is beyond all numbers. */
  readonly score: number | null;
  /** 1 − cosine, the Euclidean distance, or minus the inner product. */
  readonly distance: number | null;
}

export interface EmbeddingSearchAnswer<Features = Values> extends AnswerParts {
  /** Nearest first. */
  readonly hits: readonly EmbeddingHit[];
  readonly space: string;
  readonly metric: Metric;
  /** `hnsw`: by the index, approximately. */
  readonly method: "hnsw" | "exact";
  /** Of the hits, in their order; null where none were asked for. */
  readonly features: Omit<FeatureBatch<Features>, "requestId"> | null;
}

/** Finds entities by the nearness of their vectors. */
export interface EmbeddingSearch {
  /**
   * The entities with the nearest vectors, of the key's tenant. An id without a vector is a `NotFoundError`.
   *
   * @example
   * const filter = { feature: "lyric_sentiment.sentiment", op: "eq", value: "positive" } as const;
   * const { hits } = await client.embeddings.search({ embedding: "track_embeddings.lyrics", id: 7, k: 5, filter });
   */
  search<
    const Selectors extends readonly Selector[] = readonly string[],
    const Service extends ServiceSelector = string,
  >(
    options: SearchEmbeddingsOptions<Selectors, Service>,
  ): Promise<EmbeddingSearchAnswer<FeaturesOf<Selectors, Service>>>;
}

export function createEmbeddingSearch(transport: Transport): EmbeddingSearch {
  return {
    async search(options: SearchEmbeddingsOptions) {
      const { embedding, id, idEmbedding, vector, space, k, metric, filter, includeSelf, ...rest } = options;
      const { features, service, entity, ...call } = rest;
      const selection = select({ features, service, entity });
      const { body, requestId } = await transport<EmbeddingsSearchBody>({
        ...call,
        method: "POST",
        path: "/api/embeddings/search",
        body: {
          embedding: embeddingReference(embedding),
          entity: selection.entity,
          id: id === undefined ? undefined : keyInBody(id),
          id_embedding: idEmbedding === undefined ? undefined : embeddingReference(idEmbedding),
          vector: vector instanceof Float32Array ? base64Of(vector) : vector,
          space,
          k,
          metric,
          filter,
          include_self: includeSelf,
          features: selection.features,
          service: selection.service,
        },
        expect: (answer) => Array.isArray(answer.hits),
      });
      const ids = body.hits.map((hit) => hit.id);
      return {
        hits: body.hits,
        space: body.space,
        metric: body.metric,
        method: body.method,
        features: body.features === undefined ? null : readBatch(ids, body.features, selection),
        requestId,
      };
    },
  };
}
