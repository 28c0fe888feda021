import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { segment } from "../middleware/segment";
import type { Catalog } from "../services/catalog";
import { keyed, problems } from "./schemas";

export const readRowSchemaContract = createRoute({
  method: "get",
  path: "/api/feature-views/{name}/versions/{version}/schema",
  operationId: "readRowSchema",
  tags: ["registry"],
  summary: "Read the JSON Schema of a row of one version of a feature view",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: { params: z.object({ name: z.string(), version: z.string().describe("1, 2, 3, …") }) },
  responses: {
    200: {
      description: "A JSON Schema (2020-12)",
      content: { "application/schema+json": { schema: z.record(z.string(), z.unknown()) } },
    },
    ...problems(400, 401, 403, 404, 429, 500, 503),
  },
});

export function readRowSchema(catalog: Catalog): Handler {
  return (request) => ({
    status: 200,
    contentType: "application/schema+json",
    body: JSON.stringify(catalog.rowSchema(segment(request, 3), segment(request, 5))),
  });
}
