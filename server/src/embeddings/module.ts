import type { Platform } from "../platform/index";
import type { FeatureReader, ReadingOptions } from "../serving/index";
import { createEmbeddingReader } from "./embedding-reader";
import { createEmbeddingSearch } from "./embedding-search";
import { createVectorStore } from "./vector-store";

/** Creates the reader and the search of embeddings. */
export function createEmbeddings(
  { database }: Platform,
  { reading, features }: { readonly reading: ReadingOptions; readonly features: FeatureReader },
) {
  const vectors = createVectorStore(database);
  return {
    vectors,
    embeddings: createEmbeddingReader(reading),
    embeddingSearch: createEmbeddingSearch({ ...reading, vectors, features }),
  };
}
