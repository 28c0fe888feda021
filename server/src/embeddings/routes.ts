import type { Route } from "../http/index";
import type { EmbeddingReader } from "./embedding-reader";
import type { EmbeddingSearch } from "./embedding-search";
import { readEmbeddings, readEmbeddingsContract } from "./read-embeddings.route";
import { readEmbeddingsBatch, readEmbeddingsBatchContract } from "./read-embeddings-batch.route";
import { searchEmbeddings, searchEmbeddingsContract } from "./search-embeddings.route";

export interface EmbeddingServices {
  readonly embeddings: EmbeddingReader;
  readonly embeddingSearch: EmbeddingSearch;
}

export const embeddingRoutes: readonly Route<EmbeddingServices>[] = [
  {
    contract: readEmbeddingsContract,
    scope: "embeddings:read",
    handler: ({ embeddings }) => readEmbeddings(embeddings),
  },
  {
    contract: readEmbeddingsBatchContract,
    scope: "embeddings:read",
    handler: ({ embeddings }) => readEmbeddingsBatch(embeddings),
  },
  {
    contract: searchEmbeddingsContract,
    scope: "embeddings:read",
    handler: ({ embeddingSearch }) => searchEmbeddings(embeddingSearch),
  },
];
