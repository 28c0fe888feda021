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

import type { ProfileReader } from "./profile-reader";
import { FeatureViewProfile } from "./profile-schema";

export const readFeatureViewProfileContract = createRoute({
  method: "get",
  path: "/api/feature-views/{name}/profile",
  operationId: "readFeatureViewProfile",
  tags: ["registry"],
  summary: "Read the profile of a feature view",
  description:
    "Per feature of one generation: nulls, distinct values, extremes, mean, deviation, quantiles, frequent values, vector " +
    "lengths. Of a view with tenants, a key that is bound to one reads the profile of that tenant's rows alone, and any " +
    "other key that of all rows together. " +
    "Needs scope `registry:read`.",
  security: keyed,
  request: {
    params: z.object({ name: text("The name of the feature view", "speaker_profile") }),
    query: z
      .object({
        version: ordinal("The number of the version; by default the promoted one").optional(),
        generation: ordinal(
          "The number of the generation; by default the served one, or the newest before it that has a profile",
        ).optional(),
      })
      .strict(),
  },
  responses: {
    200: json(FeatureViewProfile, "The profile", {
      view: "speaker_profile",
      version: 1,
      generation: 1,
      as_of: "2026-11-22T20:50:25.261000Z",
      published_at: "2026-11-22T20:50:25.402000Z",
      tenant: null,
      rows: 43,
      scopes: null,
      drift: [],
      features: {
        first_year: {
          type: "int32",
          nulls: 0,
          null_fraction: 0,
          distinct: 43,
          distinct_is_estimate: false,
          minimum: 1790,
          maximum: 2021,
          mean: 1902.6279069767443,
          deviation: 67.06607376518215,
          quantiles: { p01: 1790, p05: 1801, p25: 1849, p50: 1897, p75: 1964, p95: 2009, p99: 2021 },
          histogram: {
            edges: [
              1790, 1801, 1817, 1829, 1841, 1849, 1853, 1865, 1877, 1885, 1897, 1909, 1921, 1929, 1953, 1964, 1975,
              1982, 1993, 2009, 2021,
            ],
            share: 0.05,
          },
          top_values: null,
          norms: null,
          duplicate_share: null,
        },
      },
    }),
    ...problems(
      ...codes.keyed,
      "invalid_parameter",
      ...codes.view,
      "feature_view_version_not_found",
      "view_not_materialized",
      "profile_not_found",
    ),
  },
});

const read = requestOf(readFeatureViewProfileContract);

export function readFeatureViewProfile(profiles: ProfileReader): Handler {
  return async (request) => {
    const { params, query } = read(request);
    return jsonText(FeatureViewProfile, await profiles.read(params.name, query, holderOf(request)));
  };
}
