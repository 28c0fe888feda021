import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, json, keyed, problems, segment, text } from "../http/index";
import type { Catalog } from "./catalog";
import { artistProfile, FeatureView } from "./catalog-schema";

export const readFeatureViewContract = createRoute({
  method: "get",
  path: "/api/feature-views/{name}",
  operationId: "readFeatureView",
  tags: ["registry"],
  summary: "Read a feature view's versions",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: { params: z.object({ name: text("The name of the feature view", "artist_profile") }) },
  responses: {
    200: json(FeatureView, "The versions, newest first", {
      name: "artist_profile",
      promoted: 1,
      next: null,
      versions: [{ ...artistProfile, features: ["energy_avg", "explicit_share", "tracks"] }],
    }),
    ...problems(...codes.keyed, ...codes.view),
  },
});

export function readFeatureView(catalog: Catalog): Handler {
  return async (request) => JSON.stringify(await catalog.featureView(segment(request, 3), holderOf(request)));
}
