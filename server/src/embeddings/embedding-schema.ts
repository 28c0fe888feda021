import { z } from "@hono/zod-openapi";
import {
  BatchAnswer,
  EntityId,
  EntityKeyValue,
  exactArray,
  featuresOrService,
  has,
  hasOneOf,
  RowStatus,
  ViewStatus,
} from "../http/index";

const Vector = z
  .union([z.array(z.number()), z.string()])
  .nullable()
  .describe("Numbers, or base64 of little-endian float32; null if the row is not complete");

export const EmbeddingsBatchRequest = z
  .object({
    entity: z
      .string()
      .min(1)
      .optional()
      .describe("The entity; by default that of the embeddings, then the server's default"),
    ids: exactArray(
      { $ref: "#/components/schemas/EntityId" },
      "1 to 1,000 ids, as `limits.batch_ids` of the server says, or fewer as the limits of the key say; repeats are kept",
    ),
    embedding: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe("`view.feature` or `view@2.feature`, or several; by default all of the entity's"),
    format: z.enum(["json", "base64"]).optional().describe("How vectors are written; `json` by default"),
  })
  .strict()
  .openapi("EmbeddingsBatchRequest");

export const EmbeddingsBatchAnswer = z
  .object({
    ids: z.array(EntityId).describe("As they were sent"),
    embeddings: z
      .record(
        z.string(),
        z.object({
          space: z.string().describe("Vectors are comparable within one space only"),
          dimensions: z.int(),
          metric: z.enum(["cosine", "l2", "inner_product"]),
          vectors: z.array(Vector).describe("One for each id, in the order of the ids"),
        }),
      )
      .describe("By `view.feature`"),
    status: z.array(RowStatus),
    views: z.array(z.string()).describe("The views, in the order of `statuses`"),
    statuses: z.array(z.array(ViewStatus)).optional().describe("Per row and view; only if some row is not complete"),
  })
  .openapi("EmbeddingsBatchAnswer");

// Recursive, which the description says in words.
const Filter = z
  .record(z.string(), z.unknown())
  .describe(
    'A condition `{"feature": "view.feature", "op": "eq", "value": …}` with `eq`, `ne`, `lt`, `lte`, `gt`, `gte`, `in` (of an array) or ' +
      '`is_null`, or `{"and": […]}`, `{"or": […]}`, `{"not": …}` of filters; values in the JSON form of the feature\'s type',
  )
  .openapi("EmbeddingsFilter", { example: { feature: "speech_sentiment.sentiment", op: "eq", value: "positive" } });

const idOrVector = {
  dependentSchemas: {
    ...featuresOrService.dependentSchemas,
    embedding: hasOneOf("id", "vector"),
    id: { not: has("vector") },
    id_embedding: has("id"),
  },
};

export const EmbeddingsSearchRequest = z
  .object({
    embedding: z.string().min(1).describe("`view.feature` or `view@2.feature`: the embedding to search"),
    entity: z.string().min(1).optional().describe("The embedding's entity; rejects another one"),
    id: EntityId.optional().describe("The entity whose vector to search by; send this or `vector`"),
    id_embedding: z
      .string()
      .min(1)
      .optional()
      .describe("The embedding that the `id`'s vector is from, of the same space; by default the searched one"),
    vector: z
      .union([z.array(z.number()), z.string().min(1)])
      .optional()
      .describe("Numbers, or base64 of little-endian float32"),
    space: z.string().min(1).optional().describe("The space of the vector; rejected if it is not the embedding's"),
    k: z.int().min(1).max(1000).optional().describe("How many hits, at most as many as the key may get; 10 by default"),
    metric: z
      .enum(["cosine", "l2", "inner_product"])
      .optional()
      .describe("By default the space's metric, which has an index; any other metric compares all vectors"),
    filter: Filter.optional(),
    include_self: z.boolean().optional().describe("Whether the entity itself may be a hit; false by default"),
    features: z.array(z.string().min(1)).min(1).optional().describe("Features of the hits, as in a batch"),
    service: z.string().min(1).optional().describe("A feature service whose features of the hits to return"),
  })
  .strict()
  .openapi("EmbeddingsSearchRequest", { ...idOrVector });

export const EmbeddingsSearchAnswer = z
  .object({
    embedding: z.string(),
    space: z.string(),
    dimensions: z.int(),
    metric: z.enum(["cosine", "l2", "inner_product"]).describe("The metric of the search"),
    method: z.enum(["hnsw", "exact"]).describe("`hnsw`: approximate, by the index"),
    generation: z.int().describe("The generation of the embedding's view"),
    hits: z
      .array(
        z.object({
          id: EntityId,
          score: z
            .number()
            .nullable()
            .describe("Higher is nearer: the cosine, the inner product, or 1 / (1 + distance) of l2"),
          distance: z.number().nullable().describe("1 − cosine, the Euclidean distance, or minus the inner product"),
        }),
      )
      .describe("Nearest first"),
    features: BatchAnswer.optional().describe("Features of the hits, in the same order; only if requested"),
  })
  .openapi("EmbeddingsSearchAnswer");
export const Embedding = z
  .object({
    space: z.string().describe("Vectors are comparable within one space only"),
    dimensions: z.int(),
    metric: z.enum(["cosine", "l2", "inner_product"]),
    status: ViewStatus,
    vector: z
      .union([z.array(z.number()), z.string()])
      .nullable()
      .describe("Numbers; with `format=base64` one string, the base64 of little-endian float32"),
  })
  .openapi("Embedding");
export const EmbeddingsAnswer = z
  .object({ embeddings: z.record(z.string(), Embedding).describe("By `view.feature`"), status: RowStatus })
  .catchall(EntityKeyValue)
  .openapi("EmbeddingsAnswer");
