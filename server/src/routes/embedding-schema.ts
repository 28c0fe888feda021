import { z } from "@hono/zod-openapi";
import { BatchAnswer, EntityId, featuresOrService, has, hasOneOf, RowStatus, ViewStatus } from "./schemas";

const Vector = z
  .union([z.array(z.number()), z.string()])
  .nullable()
  .describe("Numbers, or base64 of little-endian float32; null where the row is not complete");

export const EmbeddingsBatchRequest = z
  .object({
    entity: z
      .string()
      .min(1)
      .optional()
      .describe("The entity; by default that of the embeddings, then the server's default"),
    ids: z.array(EntityId).min(1).describe("1 to 1,000 ids (the server may be configured otherwise); repeats are kept"),
    embedding: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe("`view.feature` or `view@2.feature`, or several; all of the entity's where absent"),
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
    statuses: z.array(z.array(ViewStatus)).optional().describe("Per row and view; only when some row is not complete"),
  })
  .openapi("EmbeddingsBatchAnswer");

// It holds itself, which the document says in words.
const Filter = z
  .record(z.string(), z.unknown())
  .describe(
    'A condition `{"feature": "view.feature", "op": "eq", "value": …}` with `eq`, `ne`, `lt`, `lte`, `gt`, `gte`, `in` (of an array) or ' +
      '`is_null`, or `{"and": […]}`, `{"or": […]}`, `{"not": …}` of filters; values in the JSON form of the feature\'s type',
  )
  .openapi("EmbeddingsFilter", { example: { feature: "lyric_sentiment.sentiment", op: "eq", value: "positive" } });

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
    embedding: z.string().min(1).describe("`view.feature` or `view@2.feature`: among whose vectors is searched"),
    entity: z.string().min(1).optional().describe("The embedding's entity, to be sure of it"),
    id: EntityId.optional().describe("Searches by this entity's vector; give it or `vector`"),
    id_embedding: z
      .string()
      .min(1)
      .optional()
      .describe("The embedding of the `id`'s vector, of the same space; by default the one that is searched"),
    vector: z
      .union([z.array(z.number()), z.string().min(1)])
      .optional()
      .describe("Numbers, or base64 of little-endian float32"),
    space: z
      .string()
      .min(1)
      .optional()
      .describe("The space that the vector is of: another one than the embedding's is refused"),
    k: z.int().min(1).max(1000).optional().describe("How many hits; 10 by default"),
    metric: z
      .enum(["cosine", "l2", "inner_product"])
      .optional()
      .describe("The space's by default, for which there is an index; by any other all vectors are compared"),
    filter: Filter.optional(),
    include_self: z.boolean().optional().describe("Whether the entity that is searched by may be a hit; no by default"),
    features: z.array(z.string().min(1)).min(1).optional().describe("Features of the hits, as in a batch"),
    service: z.string().min(1).optional().describe("A feature service whose features of the hits are wanted"),
  })
  .strict()
  .openapi("EmbeddingsSearchRequest", { ...idOrVector });

export const EmbeddingsSearchAnswer = z
  .object({
    embedding: z.string(),
    space: z.string(),
    dimensions: z.int(),
    metric: z.enum(["cosine", "l2", "inner_product"]).describe("By which was searched"),
    method: z.enum(["hnsw", "exact"]).describe("`hnsw`: by the index, approximately"),
    generation: z.int().describe("Of the embedding's view"),
    hits: z
      .array(
        z.object({
          id: EntityId,
          score: z
            .number()
            .nullable()
            .describe("More is nearer: the cosine, the inner product, or 1 / (1 + distance) of l2"),
          distance: z.number().nullable().describe("1 − cosine, the Euclidean distance, or minus the inner product"),
        }),
      )
      .describe("Nearest first"),
    features: BatchAnswer.optional().describe("Of the hits, in their order; only where asked for"),
  })
  .openapi("EmbeddingsSearchAnswer");
