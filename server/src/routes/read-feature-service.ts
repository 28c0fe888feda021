import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { segment } from "../middleware/segment";
import type { Catalog } from "../services/catalog";
import { FeatureServiceVersions, json, keyed, problems } from "./schemas";

export const readFeatureServiceContract = createRoute({
  method: "get",
  path: "/api/feature-services/{name}",
  operationId: "readFeatureService",
  tags: ["registry"],
  summary: "Read a feature service's versions",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: { params: z.object({ name: z.string() }) },
  responses: {
    200: json(FeatureServiceVersions, "The versions, newest first"),
    ...problems(400, 401, 403, 404, 429, 500, 503),
  },
});

export function readFeatureService(catalog: Catalog): Handler {
  return (request) => JSON.stringify(catalog.featureService(segment(request, 3)));
}
