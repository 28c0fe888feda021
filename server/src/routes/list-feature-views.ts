import { createRoute } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import type { Catalog } from "../services/catalog";
import { artistProfile } from "./examples";
import { codes, json, keyed, problems } from "./responses";
import { FeatureViewList } from "./schemas";

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
      feature_views: [{ ...artistProfile, features: ["energy_avg", "explicit_share", "tracks"] }],
    }),
    ...problems(...codes.keyed),
  },
});

export function listFeatureViews(catalog: Catalog): Handler {
  return ({ principal }) => JSON.stringify({ feature_views: catalog.featureViews(principal?.tenant ?? null) });
}
