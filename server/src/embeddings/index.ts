export { createEmbeddingReader, type EmbeddingReader } from "./embedding-reader";
export { createEmbeddingSearch, type EmbeddingSearch } from "./embedding-search";
export { createPostgresVectorStore } from "./postgres-vector-store";
export { readEmbeddings, readEmbeddingsContract } from "./read-embeddings.route";
export { readEmbeddingsBatch, readEmbeddingsBatchContract } from "./read-embeddings-batch.route";
export { searchEmbeddings, searchEmbeddingsContract } from "./search-embeddings.route";
export type { VectorStore } from "./vector-store";
