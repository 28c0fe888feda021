import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { unlessKnown } from "../middleware/not-modified";
import type { FeatureReader } from "../services/features";
import { postOnly } from "./post-only";
import { AsOf, FeaturesAnswer, keyed, LatencyBudget, problems, taggedJson } from "./schemas";

const BASE = "/api/features/";

export const readFeaturesContract = createRoute({
  method: "get",
  path: "/api/features/{id}",
  operationId: "readFeatures",
  tags: ["features"],
  summary: "Read one entity's features",
  description:
    "Without a selection: every feature, vectors apart, of all promoted views of the entity. " +
    "What a service computes of stored features and `inputs` is answered under `features.computed`. " +
    "An unknown entity is answered with status `unknown_entity`, not with 404. " +
    "The entity tag is strong; an answer that depends on its moment has none. Needs scope `features:read`.",
  security: keyed,
  request: {
    params: z.object({
      id: z
        .string()
        .describe(
          "The entity's key; a composite key is its parts in key order, each percent-encoded, with commas between",
        ),
    }),
    headers: z.object({
      "If-None-Match": z.string().optional().describe("Entity tags of answers that the client has"),
    }),
    query: z
      .object({
        features: z.string().optional().describe("Comma-separated `view`, `view.feature`, `view@2`, `view@2.feature`"),
        service: z
          .string()
          .optional()
          .describe(
            "A feature service, `name` or `name@2`, or several of one entity with commas between; excludes `features`, unless they name a part of it with `computed.<name>` among them",
          ),
        inputs: z
          .string()
          .optional()
          .describe('The service\'s inputs, a JSON object by name: `{"today":"2026-01-31"}`'),
        entity: z
          .string()
          .optional()
          .describe("The entity; by default that of the named views, then the server's default"),
        metadata: z.enum(["true", "false"]).optional().describe("Tell each view's version, generation, times and age"),
        latency_budget_ms: LatencyBudget.optional(),
        as_of: AsOf.optional(),
      })
      .strict(),
  },
  responses: {
    200: taggedJson(FeaturesAnswer, "The features, with a status for each view"),
    304: { description: "The client has this answer already, as its If-None-Match says" },
    ...problems(400, 401, 403, 404, 410, 429, 500, 503),
  },
});

export function readFeatures(reader: FeatureReader): Handler {
  return (request) => {
    const id = request.path.slice(BASE.length);
    // Not a route of its own, which would keep Hono from its fastest router; an entity of that id is read in a batch.
    if (id === "batch") throw postOnly();
    const { principal } = request;
    const answer = reader.single(id, request.query, principal?.tenant ?? null, principal?.keyId);
    const tags = request.header("if-none-match");
    if (tags === undefined) return answer;
    return answer instanceof Promise ? answer.then((reply) => unlessKnown(tags, reply)) : unlessKnown(tags, answer);
  };
}
