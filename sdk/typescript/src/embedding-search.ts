import type { AnswerParts, EmbeddingsSearchBody, Json } from "./answer";
import type { EntityDefinition, PickDefinition } from "./definition";
import { embeddingReference } from "./embeddings";
import type { FeatureChoice } from "./feature-options";
import { type EntityId, keyInBody } from "./key";
import type { FeatureBatch } from "./read-row";
import { readBatch } from "./read-row";
import type {
  AnyRegistry,
  EmbeddingName,
  RegistryTypes,
  SelectorOf,
  ServiceSelectorOf,
  SingleFeatureName,
} from "./registry-types";
import type { FeaturesOf, Values } from "./row-types";
import { type Selector, type ServiceSelector, select } from "./selection";
import type { CallOptions, Transport } from "./transport";
import { type CallPromise, startCall } from "./transport/call-promise";
import { base64Of } from "./vectors";

export type Metric = "cosine" | "l2" | "inner_product";

/**
 * A condition on features of the entity. A comparison with null is false, and `not` of it is true. Values are in the JSON
 * form of the feature's type; int64 and decimals are strings where a number would not be exact.
 */
export type EmbeddingFilter<Name extends string = string> =
  | { readonly and: readonly EmbeddingFilter<Name>[] }
  | { readonly or: readonly EmbeddingFilter<Name>[] }
  | { readonly not: EmbeddingFilter<Name> }
  | {
      /** `"view.feature"` or `"view@2.feature"`. */
      readonly feature: Name;
      readonly op: "eq" | "ne" | "lt" | "lte" | "gt" | "gte" | "in" | "is_null";
      readonly value?: Json;
    };

export interface SearchEmbeddingsOptions<
  Selectors extends readonly Selector[] = readonly Selector[],
  Service extends ServiceSelector = ServiceSelector,
  Types extends RegistryTypes = AnyRegistry,
> extends Pick<FeatureChoice<Selectors, Service>, "features" | "service">,
    CallOptions {
  /** The embedding to search: `"speech_embeddings.text"`, or `speechEmbeddings.pick("text")`. */
  readonly embedding: EmbeddingName<Types> | PickDefinition;
  /** Searches by this entity's vector. Either this or `vector`. */
  readonly id?: EntityId;
  /** The embedding of the id's vector, if it is a different one of the same space. */
  readonly idEmbedding?: EmbeddingName<Types> | PickDefinition;
  readonly vector?: readonly number[] | Float32Array;
  /** The vector's space; a space other than the embedding's is rejected. */
  readonly space?: string;
  /** The number of hits, 1 to 1,000; 10 by default. */
  readonly k?: number;
  /** The space's metric by default; any other compares all vectors. */
  readonly metric?: Metric;
  readonly filter?: EmbeddingFilter<SingleFeatureName<Types>>;
  /** Includes the entity given by `id` in the hits; false by default. */
  readonly includeSelf?: boolean;
  readonly entity?: string | EntityDefinition;
}

export interface EmbeddingHit {
  readonly id: EntityId;
  /** Higher is nearer: the cosine, the inner product, or 1 / (1 + distance) for l2; null if it is not finite. */
  readonly score: number | null;
  /** 1 − cosine, the Euclidean distance, or the negative inner product. */
  readonly distance: number | null;
}

export interface EmbeddingSearchAnswer<Features = Values> extends AnswerParts {
  /** Nearest first. */
  readonly hits: readonly EmbeddingHit[];
  readonly space: string;
  readonly metric: Metric;
  /** `hnsw` is approximate, by the index. */
  readonly method: "hnsw" | "exact";
  /** The hits' features, in the same order; null if none were requested. */
  readonly features: Omit<FeatureBatch<Features>, "requestId"> | null;
}

/** Finds the nearest entities by their vectors. */
export interface EmbeddingSearch<Types extends RegistryTypes = AnyRegistry> {
  /**
   * Finds the entities with the nearest vectors, for the key's tenant. An id without a vector is a `NotFoundError`.
   *
   * @example
   * const filter = { feature: "speech_sentiment.sentiment", op: "eq", value: "positive" } as const;
   * const { hits } = await client.embeddings.search({ embedding: "speech_embeddings.text", id: 7, k: 5, filter });
   */
  search<
    const Selectors extends readonly SelectorOf<Types>[] = readonly [],
    const Service extends ServiceSelectorOf<Types> = never,
  >(
    options: SearchEmbeddingsOptions<Selectors, Service, Types>,
  ): CallPromise<EmbeddingSearchAnswer<FeaturesOf<Selectors, Service, Types>>>;
}

export function createEmbeddingSearch(transport: Transport): EmbeddingSearch {
  return {
    search: (options: SearchEmbeddingsOptions) =>
      startCall(async () => {
        const { embedding, id, idEmbedding, vector, space, k, metric, filter, includeSelf, ...rest } = options;
        const { features, service, entity, ...call } = rest;
        const selection = select({ features, service, entity });
        const { body, response } = await transport<EmbeddingsSearchBody>({
          ...call,
          method: "POST",
          path: "/api/embeddings/search",
          onlyReads: true,
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
        const { requestId } = response;
        const data = {
          hits: body.hits,
          space: body.space,
          metric: body.metric,
          method: body.method,
          features:
            body.features === undefined ? null : readBatch<never>({ ids, body: body.features, selection, requestId }),
          requestId,
        };
        return { data, response };
      }),
  };
}
