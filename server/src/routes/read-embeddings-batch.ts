import { createRoute } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { readJsonText } from "../middleware/read-json-text";
import type { EmbeddingReader } from "../services/embeddings/embedding-reader";
import { EmbeddingsBatchAnswer, EmbeddingsBatchRequest } from "./embedding-schema";
import { keyed, problems, warningJson } from "./schemas";

export const readEmbeddingsBatchContract = createRoute({
  method: "post",
  path: "/api/embeddings/batch",
  operationId: "readEmbeddingsBatch",
  tags: ["embeddings"],
  summary: "Read the embeddings of many entities",
  description:
    "Vectors stand in the order of the ids, repeats included; an unknown id gives nulls and never fails the batch. " +
    "All vectors of one view are of one generation. Needs scope `embeddings:read`.",
  security: keyed,
  request: { body: { required: true, content: { "application/json": { schema: EmbeddingsBatchRequest } } } },
  responses: {
    200: warningJson(EmbeddingsBatchAnswer, "The vectors"),
    ...problems(400, 401, 403, 404, 410, 413, 415, 429, 500, 503),
  },
});

export function readEmbeddingsBatch(reader: EmbeddingReader): Handler {
  return async (request) => {
    const { principal } = request;
    return reader.batch(await readJsonText(request), principal?.tenant ?? null, principal?.keyId);
  };
}
