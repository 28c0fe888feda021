import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { unlessKnown } from "../middleware/not-modified";
import type { EmbeddingReader } from "../services/embeddings/embedding-reader";
import { postOnly } from "./post-only";
import { EmbeddingsAnswer, keyed, problems, taggedJson } from "./schemas";

const BASE = "/api/embeddings/";

export const readEmbeddingsContract = createRoute({
  method: "get",
  path: "/api/embeddings/{id}",
  operationId: "readEmbeddings",
  tags: ["embeddings"],
  summary: "Read one entity's embeddings",
  description:
    "All of the entity's embeddings unless one is named. The entity tag is strong. Needs scope `embeddings:read`.",
  security: keyed,
  request: {
    params: z.object({ id: z.string().describe("The entity's key, as for features") }),
    headers: z.object({
      "If-None-Match": z.string().optional().describe("Entity tags of answers that the client has"),
    }),
    query: z
      .object({
        embedding: z.string().optional().describe("`view.feature` or `view@2.feature`"),
        entity: z
          .string()
          .optional()
          .describe("The entity; by default that of the embedding, then the server's default"),
        format: z.enum(["json", "base64"]).optional().describe("How vectors are written; `json` by default"),
      })
      .strict(),
  },
  responses: {
    200: taggedJson(EmbeddingsAnswer, "The embeddings"),
    304: { description: "The client has this answer already, as its If-None-Match says" },
    ...problems(400, 401, 403, 404, 410, 429, 500, 503),
  },
});

export function readEmbeddings(reader: EmbeddingReader): Handler {
  return async (request) => {
    const { path, query, principal } = request;
    const id = path.slice(BASE.length);
    // As in `readFeatures`.
    if (id === "batch" || id === "search") throw postOnly();
    const answer = await reader.read(id, query, principal?.tenant ?? null, principal?.keyId);
    const tags = request.header("if-none-match");
    return tags === undefined ? answer : unlessKnown(tags, answer);
  };
}
