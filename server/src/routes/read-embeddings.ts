import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import type { EmbeddingReader } from "../services/embeddings/embedding-reader";
import { postOnly } from "./post-only";
import { EmbeddingsAnswer, keyed, problems, warningJson } from "./schemas";

const BASE = "/api/embeddings/";

export const readEmbeddingsContract = createRoute({
  method: "get",
  path: "/api/embeddings/{id}",
  operationId: "readEmbeddings",
  tags: ["embeddings"],
  summary: "Read one entity's embeddings",
  description: "All of the entity's embeddings unless one is named. Needs scope `embeddings:read`.",
  security: keyed,
  request: {
    params: z.object({ id: z.string().describe("The entity's key, as for features") }),
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
    200: warningJson(EmbeddingsAnswer, "The embeddings"),
    ...problems(400, 401, 403, 404, 410, 429, 500, 503),
  },
});

export function readEmbeddings(reader: EmbeddingReader): Handler {
  return ({ path, query, principal }) => {
    const id = path.slice(BASE.length);
    // As in `readFeatures`.
    if (id === "batch" || id === "search") throw postOnly();
    return reader.read(id, query, principal?.tenant ?? null, principal?.keyId);
  };
}
