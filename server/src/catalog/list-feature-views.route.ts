import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, json, jsonText, keyed, problems } from "../http/index";
import type { Catalog } from "./catalog";
import { FeatureViewList, speakerProfile } from "./catalog-schema";

export const listFeatureViewsContract = createRoute({
  method: "get",
  path: "/api/feature-views",
  operationId: "listFeatureViews",
  tags: ["registry"],
  summary: "List the promoted version of every feature view",
  description: "Needs scope `registry:read`.",
  security: keyed,
  responses: {
    200: json(FeatureViewList, "The feature views, by name", {
      feature_views: [{ ...speakerProfile, features: ["first_year", "last_year", "speeches"] }],
    }),
    ...problems(...codes.keyed),
  },
});

export function listFeatureViews(catalog: Catalog): Handler {
  return (request) => jsonText(FeatureViewList, { feature_views: catalog.featureViews(holderOf(request)) });
}
