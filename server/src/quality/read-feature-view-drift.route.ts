import { createRoute, z } from "@hono/zod-openapi";
import {
  choice,
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
import { FeatureViewDrift } from "./drift-schema";
import type { ProfileReader } from "./profile-reader";

export const readFeatureViewDriftContract = createRoute({
  method: "get",
  path: "/api/feature-views/{name}/drift",
  operationId: "readFeatureViewDrift",
  tags: ["registry"],
  summary: "Read the drift of a feature view",
  description:
    "Compares the profiles of two generations, feature by feature; `exceeded` names the measures that reach the thresholds " +
    "of the server's configuration. A key that is bound to a tenant compares its own rows alone where the view has tenants, " +
    "as long as both generations are kept. Needs scope `registry:read`.",
  security: keyed,
  request: {
    params: z.object({ name: text("The name of the feature view", "speech_sentiment") }),
    query: z
      .object({
        version: ordinal("The number of the version; by default the promoted one").optional(),
        generation: ordinal(
          "The generation to look at; by default the served one, or the newest before it that has a profile",
        ).optional(),
        against: choice("What to compare with, the published generation before it or the chosen baseline", [
          "previous",
          "baseline",
        ]).optional(),
        baseline: ordinal("The number of a generation to compare with instead of the chosen one").optional(),
      })
      .strict(),
  },
  responses: {
    200: json(FeatureViewDrift, "The drift", {
      view: "speech_sentiment",
      version: 1,
      tenant: null,
      against: "previous",
      baseline: { generation: 1, as_of: "2026-11-22T20:50:25.677000Z", rows: 233 },
      current: { generation: 2, as_of: "2026-11-22T21:50:25.677000Z", rows: 233 },
      features: [
        {
          feature: "confidence",
          psi: 0.004,
          jensen_shannon: 0.001,
          kolmogorov_smirnov: 0.013,
          null_shift: 0,
          judged: true,
          exceeded: [],
        },
      ],
    }),
    ...problems(
      ...codes.keyed,
      "invalid_parameter",
      ...codes.view,
      "feature_view_version_not_found",
      "view_not_materialized",
      "baseline_missing",
      "profile_not_found",
    ),
  },
});

const read = requestOf(readFeatureViewDriftContract);

export function readFeatureViewDrift(profiles: ProfileReader): Handler {
  return async (request) => {
    const { params, query } = read(request);
    return jsonText(FeatureViewDrift, await profiles.drift(params.name, query, holderOf(request)));
  };
}
