import { createRoute } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { readJsonText } from "../middleware/read-json-text";
import type { FeatureReader } from "../services/features";
import { BatchAnswer, BatchRequest, keyed, problems, warningJson } from "./schemas";

export const readFeaturesBatchContract = createRoute({
  method: "post",
  path: "/api/features/batch",
  operationId: "readFeaturesBatch",
  tags: ["features"],
  summary: "Read the features of many entities",
  description:
    "Rows stand in the order of the ids, repeats included; an unknown id gives a row of nulls and never fails the batch. " +
    "All rows of one view are of one generation. " +
    "What a service computes of stored features and inputs stands in columns `computed.<name>`. Needs scope `features:read`.",
  security: keyed,
  request: { body: { required: true, content: { "application/json": { schema: BatchRequest } } } },
  responses: {
    200: warningJson(BatchAnswer, "The rows"),
    ...problems(400, 401, 403, 404, 410, 413, 415, 429, 500, 503),
  },
});

export function readFeaturesBatch(reader: FeatureReader): Handler {
  return async (request) => {
    const { principal } = request;
    return reader.batch(await readJsonText(request), principal?.tenant ?? null, principal?.keyId);
  };
}
