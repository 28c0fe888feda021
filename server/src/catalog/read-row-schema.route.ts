import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, keyed, ordinal, problems, requestOf, text } from "../http/index";
import type { Catalog } from "./catalog";

export const readRowSchemaContract = createRoute({
  method: "get",
  path: "/api/feature-views/{name}/versions/{version}/schema",
  operationId: "readRowSchema",
  tags: ["registry"],
  summary: "Read the JSON Schema of a row of one version of a feature view",
  description: "Needs scope `registry:read`.",
  security: keyed,
  request: {
    params: z.object({
      name: text("The name of the feature view", "speaker_profile"),
      version: ordinal("The number of the version: 1, 2, 3, …", 1),
    }),
  },
  responses: {
    200: {
      description: "A JSON Schema (2020-12)",
      content: {
        "application/schema+json": {
          schema: z.record(z.string(), z.unknown()),
          example: {
            $schema: "https://json-schema.org/draft/2020-12/schema",
            $id: "/api/feature-views/speaker_profile/versions/1/schema",
            title: "speaker_profile@1",
            type: "object",
            properties: { speaker: { type: "string" } },
            required: ["speaker", "features"],
          },
        },
      },
    },
    ...problems(...codes.keyed, ...codes.view, "feature_view_version_not_found"),
  },
});

const read = requestOf(readRowSchemaContract, "feature_view_version_not_found");

export function readRowSchema(catalog: Catalog): Handler {
  return (request) => {
    const { name, version } = read(request).params;
    const schema = catalog.rowSchema(name, String(version), holderOf(request));
    return { status: 200, contentType: "application/schema+json", body: JSON.stringify(schema) };
  };
}
