import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, json, jsonText, keyed, problems } from "../http/index";
import type { Catalog } from "./catalog";
import { FeatureServiceList, partyPredictor } from "./catalog-schema";

export const listFeatureServicesContract = createRoute({
  method: "get",
  path: "/api/feature-services",
  operationId: "listFeatureServices",
  tags: ["registry"],
  summary: "List every version of every feature service",
  description: "Needs scope `registry:read`.",
  security: keyed,
  responses: {
    200: json(FeatureServiceList, "The services, by name, newest version first", {
      feature_services: [partyPredictor],
    }),
    ...problems(...codes.keyed),
  },
});

export function listFeatureServices(catalog: Catalog): Handler {
  return (request) => jsonText(FeatureServiceList, { feature_services: catalog.featureServices(holderOf(request)) });
}
