import { createRoute } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import type { Catalog } from "../services/catalog";
import { FeatureServiceList, json, keyed, problems } from "./schemas";

export const listFeatureServicesContract = createRoute({
  method: "get",
  path: "/api/feature-services",
  operationId: "listFeatureServices",
  tags: ["registry"],
  summary: "List every version of every feature service",
  description: "Needs scope `registry:read`.",
  security: keyed,
  responses: {
    200: json(FeatureServiceList, "The services, by name, newest version first"),
    ...problems(400, 401, 403, 429, 500, 503),
  },
});

export function listFeatureServices(catalog: Catalog): Handler {
  return () => JSON.stringify({ feature_services: catalog.featureServices() });
}
