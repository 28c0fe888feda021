import { createRoute, z } from "@hono/zod-openapi";
import {
  codes,
  type Handler,
  holderOf,
  json,
  jsonText,
  keyed,
  ordinal,
  problems,
  requestOf,
  text,
} from "../http/index";
import type { Catalog } from "./catalog";
import { FeatureViewVersion, speakerProfile } from "./catalog-schema";

export const readFeatureViewVersionContract = createRoute({
  method: "get",
  path: "/api/feature-views/{name}/versions/{version}",
  operationId: "readFeatureViewVersion",
  tags: ["registry"],
  summary: "Read one version of a feature view",
  description: "Its definition, SQL, owner and freshness. Needs scope `registry:read`.",
  security: keyed,
  request: {
    params: z.object({
      name: text("The name of the feature view", "speaker_profile"),
      version: ordinal("The number of the version: 1, 2, 3, …", 1),
    }),
  },
  responses: {
    200: json(FeatureViewVersion, "The version", {
      ...speakerProfile,
      features: [
        {
          name: "speeches",
          type: "int32",
          nullable: false,
          description: "Speeches of the president",
          unit: "speeches",
          minimum: null,
          maximum: null,
          allowed_values: null,
          maximum_null_fraction: null,
          owner: null,
          pii: false,
          tags: [],
          embedding: null,
        },
      ],
      key: [{ name: "speaker", type: "string" }],
      source: "speeches",
      meaning_hash: "6ab3e1c0899025845ae342b0c4c9db190f7ff040e7e36379b0a35454f66bd1c6",
      document_hash: "f3bb4d0f1c9d0d34a4d9bb30f7bd5ae5b5b8dc3e3a51ee9dc6b1a2b1ad29a0f6",
      applied_at: "2026-11-22T20:50:23.705000Z",
      sql: "select …",
      definition: { name: "speaker_profile", version: 1 },
    }),
    ...problems(...codes.keyed, ...codes.view, "feature_view_version_not_found"),
  },
});

const read = requestOf(readFeatureViewVersionContract, "feature_view_version_not_found");

export function readFeatureViewVersion(catalog: Catalog): Handler {
  return (request) => {
    const { name, version } = read(request).params;
    return jsonText(FeatureViewVersion, catalog.version(name, String(version), holderOf(request)));
  };
}
