import { createEmbeddingSearch, type EmbeddingSearch } from "./embedding-search";
import { createEmbeddings, type Embeddings } from "./embeddings";
import { createFeatures, type Features } from "./features";
import { createHealth, type ReadHealth } from "./health";
import { createKeys, type Keys } from "./keys";
import { createFeatureServices, createFeatureViews, type FeatureServices, type FeatureViews } from "./registry";
import { createTrainingSets, type TrainingSets } from "./training-sets";
import { type ClientOptions, createTransport } from "./transport";
import { createUsage, type Usage } from "./usage";

/** A client of a Featstore server. It holds no connections, so it need not be closed. */
export interface Client {
  readonly features: Features;
  readonly embeddings: Embeddings & EmbeddingSearch;
  readonly featureViews: FeatureViews;
  readonly featureServices: FeatureServices;
  readonly trainingSets: TrainingSets;
  readonly keys: Keys;
  readonly usage: Usage;
  readonly health: ReadHealth;
}

/**
 * Creates a client without sending a request. Errors: `InvalidCallError` for an unusable base URL or key.
 *
 * @example
 * const client = createClient({ baseUrl: "http://localhost:8080", apiKey });
 * const { features, status } = await client.features.get(7, { features: ["lyric_sentiment"] });
 */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options);
  return {
    features: createFeatures(transport),
    embeddings: { ...createEmbeddings(transport), ...createEmbeddingSearch(transport) },
    featureViews: createFeatureViews(transport),
    featureServices: createFeatureServices(transport),
    trainingSets: createTrainingSets(transport),
    keys: createKeys(transport),
    usage: createUsage(transport),
    health: createHealth(transport),
  };
}
