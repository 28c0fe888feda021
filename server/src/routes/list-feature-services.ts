import { createRoute } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import type { Catalog } from "../services/catalog";
import { hitPredictor } from "./examples";
import { codes, json, keyed, problems } from "./responses";
import { FeatureServiceList } from "./schemas";

export const listFeatureServicesContract = createRoute({
  method: "get",
  path: "/api/feature-services",
  operationId: "listFeatureServices",
  tags: ["registry"],
  summary: "List every version of every feature service",
  description: "Needs scope `registry:read`.",
  security: keyed,
  responses: {
    200: json(FeatureServiceList, "The services, by name, newest version first", { feature_services: [hitPredictor] }),
    ...problems(...codes.keyed),
  },
});

export function listFeatureServices(catalog: Catalog): Handler {
  return () => JSON.stringify({ feature_services: catalog.featureServices() });
}
