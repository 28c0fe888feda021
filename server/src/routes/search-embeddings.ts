import { createRoute } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { readJsonText } from "../middleware/read-json-text";
import type { EmbeddingSearch } from "../services/embeddings/embedding-search";
import { EmbeddingsSearchAnswer, EmbeddingsSearchRequest } from "./embedding-schema";
import { keyed, problems, warningJson } from "./schemas";

export const searchEmbeddingsContract = createRoute({
  method: "post",
  path: "/api/embeddings/search",
  operationId: "searchEmbeddings",
  tags: ["embeddings"],
  summary: "Find the entities with the nearest vectors",
  description:
    "By an entity's id or by a vector, within one embedding's space and the key's tenant; nearest first. A filter on features " +
    "still leaves `k` hits where there are as many. With `features` or `service` the hits' features come as a batch has them. " +
    "Needs scope `embeddings:read`, for features `features:read` as well.",
  security: keyed,
  request: { body: { required: true, content: { "application/json": { schema: EmbeddingsSearchRequest } } } },
  responses: {
    200: warningJson(EmbeddingsSearchAnswer, "The hits"),
    ...problems(400, 401, 403, 404, 410, 413, 415, 429, 500, 503),
  },
});

export function searchEmbeddings(search: EmbeddingSearch): Handler {
  return async (request) => {
    const { principal } = request;
    if (principal === null) throw new Error("a keyed route without a key");
    return search.search(await readJsonText(request), principal);
  };
}
