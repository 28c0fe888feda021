import { createRoute, z } from "@hono/zod-openapi";
import {
  codes,
  type Handler,
  header,
  holderOf,
  keyed,
  postOnly,
  problems,
  requestOf,
  taggedJson,
  text,
  unlessKnown,
} from "../http/index";
import type { EmbeddingReader } from "./embedding-reader";
import { EmbeddingsAnswer } from "./embedding-schema";

const BASE = "/api/embeddings/";

export const readEmbeddingsContract = createRoute({
  method: "get",
  path: "/api/embeddings/{id}",
  operationId: "readEmbeddings",
  tags: ["embeddings"],
  summary: "Read one entity's embeddings",
  description:
    "Returns all of the entity's embeddings unless one is named. The entity tag is strong. Needs scope `embeddings:read`.",
  security: keyed,
  request: {
    params: z.object({ id: text("The entity's key, as for features", "1") }),
    headers: z.object({ "If-None-Match": header("Entity tags of answers that the client has") }),
    query: z
      .object({
        embedding: text("`view.feature` or `view@2.feature`", "speech_embeddings.text").optional(),
        entity: text("The entity; by default that of the embedding, then the server's default").optional(),
        format: z
          .enum(["json", "base64"])
          .describe("How vectors are written; `json` by default")
          .openapi({ param: { example: "base64" } })
          .optional(),
      })
      .strict(),
  },
  responses: {
    200: taggedJson(EmbeddingsAnswer, "The embeddings", {
      speech_id: 1,
      embeddings: {
        "speech_embeddings.text": {
          space: "minilm-l6-v2",
          dimensions: 384,
          metric: "cosine",
          status: "complete",
          vector: "Wxv0vHaFIz2vaIi7cY+lvcLsD71RtSe8…",
        },
      },
      status: "complete",
    }),
    304: { description: "The client has this answer already, as its If-None-Match says" },
    ...problems(...codes.keyed, "invalid_parameter", ...codes.ids, ...codes.embeddings, "path_not_found"),
  },
});

const read = requestOf(readEmbeddingsContract);

export function readEmbeddings(reader: EmbeddingReader): Handler {
  return async (request) => {
    // Not decoded: a comma between the parts of a key differs from one within a part.
    const id = request.path.slice(BASE.length);
    // As in `readFeatures`.
    if (id === "batch" || id === "search") throw postOnly();
    request.rows = 1;
    const answer = await reader.read(id, read(request).query, holderOf(request));
    const tags = request.header("if-none-match");
    return tags === undefined ? answer : unlessKnown(tags, answer);
  };
}
