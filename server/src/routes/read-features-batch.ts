import { createRoute } from "@hono/zod-openapi";
import { acceptedType } from "../middleware/accepted-type";
import { compressed } from "../middleware/compressed";
import type { Handler } from "../middleware/exchange";
import { readJsonText } from "../middleware/read-json-text";
import { ARROW_STREAM, type FeatureReader } from "../services/features";
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
    "What a service computes of stored features and inputs stands in columns `computed.<name>`. " +
    "With `Accept: application/vnd.apache.arrow.stream` the rows are one record batch: the key's columns, those of " +
    "`columns` with their types, `status`, and `status:<view>` for each view. Needs scope `features:read`.",
  security: keyed,
  request: { body: { required: true, content: { "application/json": { schema: BatchRequest } } } },
  responses: {
    200: withArrow(warningJson(BatchAnswer, "The rows")),
    ...problems(400, 401, 403, 404, 406, 410, 413, 415, 429, 500, 503),
  },
});

function withArrow<Response extends { readonly content: object }>(response: Response) {
  const stream = { schema: { type: "string", format: "binary" } } as const;
  return { ...response, content: { ...response.content, [ARROW_STREAM]: stream } };
}

const OFFERED = ["application/json", ARROW_STREAM] as const;
const VARY = { vary: "accept, accept-encoding, authorization, x-api-key" } as const;

export function readFeaturesBatch(reader: FeatureReader): Handler {
  return async (request) => {
    const type = acceptedType(request.header("accept"), OFFERED);
    const { principal } = request;
    const args = [await readJsonText(request), principal?.tenant ?? null, principal?.keyId, request.gone] as const;
    const answer = await (type === ARROW_STREAM ? reader.batchArrow(...args) : reader.batch(...args));
    const reply =
      typeof answer === "string"
        ? { status: 200, contentType: type, body: answer, headers: VARY }
        : { ...answer, headers: { ...answer.headers, ...VARY } };
    const encodings = request.header("accept-encoding");
    return encodings === undefined ? reply : compressed(encodings, reply);
  };
}
