import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, json, jsonText, keyed, problems, requestOf, text } from "../http/index";
import type { Catalog } from "./catalog";
import { FeatureServiceVersions, partyPredictor } from "./catalog-schema";

export const readFeatureServiceContract = createRoute({
  method: "get",
  path: "/api/feature-services/{name}",
  operationId: "readFeatureService",
  tags: ["registry"],
  summary: "Read a feature service's versions",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: { params: z.object({ name: text("The name of the feature service", "party_predictor") }) },
  responses: {
    200: json(FeatureServiceVersions, "The versions, newest first", {
      name: "party_predictor",
      promoted: 1,
      next: null,
      versions: [partyPredictor],
    }),
    ...problems(...codes.keyed, "feature_service_not_found", "resource_forbidden", "path_not_found"),
  },
});

const read = requestOf(readFeatureServiceContract);

export function readFeatureService(catalog: Catalog): Handler {
  return (request) =>
    jsonText(FeatureServiceVersions, catalog.featureService(read(request).params.name, holderOf(request)));
}
