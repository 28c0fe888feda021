import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { segment } from "../middleware/segment";
import type { Catalog } from "../services/catalog";
import { FeatureView, json, keyed, problems } from "./schemas";

export const readFeatureViewContract = createRoute({
  method: "get",
  path: "/api/feature-views/{name}",
  operationId: "readFeatureView",
  tags: ["registry"],
  summary: "Read a feature view's versions",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: { params: z.object({ name: z.string() }) },
  responses: { 200: json(FeatureView, "The versions, newest first"), ...problems(400, 401, 403, 404, 429, 500, 503) },
});

export function readFeatureView(catalog: Catalog): Handler {
  return async (request) =>
    JSON.stringify(await catalog.featureView(segment(request, 3), request.principal?.tenant ?? null));
}
