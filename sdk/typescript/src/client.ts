import { createEmbeddingSearch, type EmbeddingSearch } from "./embedding-search";
import { createEmbeddings, type Embeddings } from "./embeddings";
import { exact } from "./exact";
import { type BatchOption, createFeatures, type Features } from "./features";
import { createHealth, type ReadHealth } from "./health";
import { createKeys, type Keys } from "./keys";
import { createFeatureServices, createFeatureViews, type FeatureServices, type FeatureViews } from "./registry";
import type { AnyRegistry, RegistryTypes } from "./registry-types";
import { createRuns, type Runs } from "./runs";
import { createTrainingSets, type TrainingSets } from "./training-sets";
import { createTransport, type TransportOptions } from "./transport";
import { createUsage, type Usage } from "./usage";

/** Options of a client. */
export interface ClientOptions extends TransportOptions {
  /**
   * Reads of single entities that start in one tick, with the same selection and options, share a request; a malformed id
   * fails only its own read. False by default. Reads with `metadata` stay alone.
   */
  readonly batch?: BatchOption | undefined;
}

/** A client of a Featstore server. It holds no connections, so it need not be closed. `Types`: those of names. */
export interface Client<Types extends RegistryTypes = AnyRegistry> {
  readonly features: Features<Types>;
  readonly embeddings: Embeddings<Types> & EmbeddingSearch<Types>;
  readonly featureViews: FeatureViews;
  readonly featureServices: FeatureServices;
  readonly trainingSets: TrainingSets;
  readonly runs: Runs;
  readonly keys: Keys;
  readonly usage: Usage;
  readonly health: ReadHealth;
}

/**
 * Creates a client without sending a request. Errors: `InvalidCallError` for an unusable option, or without a URL. With the
 * `Registry` that `featstore types` writes, names are checked and rows are typed.
 *
 * @example
 * const client = createClient(); // with FEATSTORE_URL and FEATSTORE_API_KEY
 * const { features, status } = await client.features.get(7, { features: ["speech_sentiment"] });
 */
export function createClient<Types extends RegistryTypes = AnyRegistry>(options: ClientOptions = {}): Client<Types> {
  const transport = createTransport(options);
  const client: Client = {
    features: exact(createFeatures(transport, options.batch)),
    embeddings: exact({ ...createEmbeddings(transport), ...createEmbeddingSearch(transport) }),
    featureViews: exact(createFeatureViews(transport)),
    featureServices: exact(createFeatureServices(transport)),
    trainingSets: exact(createTrainingSets(transport)),
    runs: exact(createRuns(transport)),
    keys: exact(createKeys(transport)),
    usage: exact(createUsage(transport), 1),
    ...exact({ health: createHealth(transport) }, 1),
  };
  // At run time a name is any string; its row type is the caller's word.
  return client as unknown as Client<Types>;
}
