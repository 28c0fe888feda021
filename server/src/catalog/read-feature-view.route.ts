import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, json, jsonText, keyed, problems, requestOf, text } from "../http/index";
import type { Catalog } from "./catalog";
import { FeatureView, speakerProfile } from "./catalog-schema";

export const readFeatureViewContract = createRoute({
  method: "get",
  path: "/api/feature-views/{name}",
  operationId: "readFeatureView",
  tags: ["registry"],
  summary: "Read a feature view's versions",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: { params: z.object({ name: text("The name of the feature view", "speaker_profile") }) },
  responses: {
    200: json(FeatureView, "The versions, newest first", {
      name: "speaker_profile",
      promoted: 1,
      next: null,
      versions: [{ ...speakerProfile, features: ["first_year", "last_year", "speeches"] }],
    }),
    ...problems(...codes.keyed, ...codes.view),
  },
});

const read = requestOf(readFeatureViewContract);

export function readFeatureView(catalog: Catalog): Handler {
  return async (request) =>
    jsonText(FeatureView, await catalog.featureView(read(request).params.name, holderOf(request)));
}
