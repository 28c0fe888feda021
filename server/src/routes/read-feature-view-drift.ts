import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { segment } from "../middleware/segment";
import type { ProfileReader } from "../services/quality/profile-reader";
import { FeatureDrift, json, keyed, problems } from "./schemas";

const ComparedGeneration = z
  .object({ generation: z.int(), as_of: z.string(), rows: z.int() })
  .openapi("ComparedGeneration");

const FeatureViewDrift = z
  .object({
    view: z.string(),
    version: z.int(),
    tenant: z.string().nullable().describe("Whose rows alone were compared; null: all"),
    against: z.enum(["previous", "baseline", "generation"]).describe("generation: the one that `baseline` named"),
    baseline: ComparedGeneration,
    current: ComparedGeneration,
    features: z.array(FeatureDrift),
  })
  .openapi("FeatureViewDrift");

export const readFeatureViewDriftContract = createRoute({
  method: "get",
  path: "/api/feature-views/{name}/drift",
  operationId: "readFeatureViewDrift",
  tags: ["registry"],
  summary: "Read how far the values of a feature view have moved",
  description:
    "Compares the profiles of two generations, feature by feature; `exceeded` names the measures that reach the thresholds " +
    "of the server's configuration. A key that is bound to a tenant compares its own rows alone where the view has tenants, " +
    "as long as both generations are kept. Needs scope `registry:read`.",
  security: keyed,
  request: {
    params: z.object({ name: z.string() }),
    query: z
      .object({
        version: z.string().optional().describe("1, 2, 3, …; by default the promoted version"),
        generation: z
          .string()
          .optional()
          .describe("The one to look at; by default the served one, or the newest before it that has a profile"),
        against: z
          .string()
          .optional()
          .describe("previous, the published generation before it, which is the default; or baseline, the chosen one"),
        baseline: z
          .string()
          .optional()
          .describe("The number of a generation to compare with instead of the chosen one"),
      })
      .strict(),
  },
  responses: {
    200: json(FeatureViewDrift, "The drift"),
    ...problems(400, 401, 403, 404, 429, 500, 503),
  },
});

export function readFeatureViewDrift(profiles: ProfileReader): Handler {
  return async (request) =>
    JSON.stringify(await profiles.drift(segment(request, 3), request.query, request.principal?.tenant ?? null));
}
