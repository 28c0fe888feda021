import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, jsonBody, keyed, problems, readJsonText, warningJson } from "../http/index";
import { EmbeddingsSearchAnswer, EmbeddingsSearchRequest } from "./embedding-schema";
import type { EmbeddingSearch } from "./embedding-search";

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
  request: {
    body: jsonBody(EmbeddingsSearchRequest, {
      embedding: "speech_embeddings.text",
      id: 1,
      k: 2,
      filter: { feature: "speech_sentiment.sentiment", op: "eq", value: "positive" },
      features: ["speech_profile.title"],
    }),
  },
  responses: {
    200: warningJson(EmbeddingsSearchAnswer, "The hits", {
      embedding: "speech_embeddings.text",
      space: "minilm-l6-v2",
      dimensions: 384,
      metric: "cosine",
      method: "exact",
      generation: 1,
      hits: [
        { id: 41, score: 0.8860981033267281, distance: 0.11390189667327189 },
        { id: 35, score: 0.8711711108029502, distance: 0.12882888919704982 },
      ],
      features: {
        ids: [41, 35],
        columns: ["speech_profile.title"],
        rows: [["State of the Union Address, 1830"], ["State of the Union Address, 1824"]],
        status: ["complete", "complete"],
        views: ["speech_profile"],
      },
    }),
    ...problems(
      ...codes.keyed,
      ...codes.jsonBody,
      ...codes.ids,
      ...codes.selection,
      ...codes.services,
      "embedding_not_found",
      "vector_not_found",
      "vector_invalid",
      "vector_dimensions",
      "vector_zero",
      "vector_space",
      "filter_invalid",
    ),
  },
});

export function searchEmbeddings(search: EmbeddingSearch): Handler {
  return async (request) => {
    const onHits = (hits: number) => {
      request.rows = hits;
    };
    return search.search(await readJsonText(request), holderOf(request), onHits);
  };
}
