import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { segment } from "../middleware/segment";
import type { Catalog } from "../services/catalog";
import { FeatureViewVersion, json, keyed, problems } from "./schemas";

export const readFeatureViewVersionContract = createRoute({
  method: "get",
  path: "/api/feature-views/{name}/versions/{version}",
  operationId: "readFeatureViewVersion",
  tags: ["registry"],
  summary: "Read one version of a feature view: definition, SQL, owner, freshness",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: { params: z.object({ name: z.string(), version: z.string().describe("1, 2, 3, …") }) },
  responses: { 200: json(FeatureViewVersion, "The version"), ...problems(400, 401, 403, 404, 429, 500, 503) },
});

export function readFeatureViewVersion(catalog: Catalog): Handler {
  return (request) =>
    JSON.stringify(catalog.version(segment(request, 3), segment(request, 5), request.principal?.tenant ?? null));
}
