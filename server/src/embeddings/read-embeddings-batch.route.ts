import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, jsonBody, keyed, problems, requestOf, warningJson } from "../http/index";
import { batchCaller } from "../serving/index";
import type { EmbeddingReader } from "./embedding-reader";
import { EmbeddingsBatchAnswer, EmbeddingsBatchRequest } from "./embedding-schema";

export const readEmbeddingsBatchContract = createRoute({
  method: "post",
  path: "/api/embeddings/batch",
  operationId: "readEmbeddingsBatch",
  tags: ["embeddings"],
  summary: "Read the embeddings of many entities",
  description:
    "Vectors are in the order of the ids, including repeats. An unknown id gives nulls and never fails the batch. " +
    "All vectors of one view are of one generation. Needs scope `embeddings:read`.",
  security: keyed,
  request: {
    body: jsonBody(EmbeddingsBatchRequest, { ids: [1, 4711], embedding: "speech_embeddings.text", format: "base64" }),
  },
  responses: {
    200: warningJson(EmbeddingsBatchAnswer, "The vectors", {
      ids: [1, 4711],
      embeddings: {
        "speech_embeddings.text": {
          space: "minilm-l6-v2",
          dimensions: 384,
          metric: "cosine",
          vectors: ["Wxv0vHaFIz2vaIi7cY+lvcLsD71RtSe8…", null],
        },
      },
      status: ["complete", "unknown_entity"],
      views: ["speech_embeddings"],
      statuses: [["complete"], ["unknown_entity"]],
    }),
    ...problems(...codes.keyed, ...codes.jsonBody, ...codes.ids, ...codes.batch, ...codes.embeddings),
  },
});

const read = requestOf(readEmbeddingsBatchContract);

export function readEmbeddingsBatch(reader: EmbeddingReader): Handler {
  return async (request) => reader.batch(await read(request).body(), batchCaller(request));
}
