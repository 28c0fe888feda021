import { createRoute } from "@hono/zod-openapi";
import {
  acceptedType,
  BatchAnswer,
  codes,
  compressed,
  type Handler,
  jsonBody,
  keyed,
  orMediaType,
  problems,
  readJsonText,
  warningJson,
} from "../http/index";
import { BatchRequest } from "./feature-schema";
import { ARROW_STREAM, type FeatureReader } from "./features";
import { batchCaller } from "./read/batch-caller";

export const readFeaturesBatchContract = createRoute({
  method: "post",
  path: "/api/features/batch",
  operationId: "readFeaturesBatch",
  tags: ["features"],
  summary: "Read the features of many entities",
  description:
    "Rows are in the order of the ids, including repeats. An unknown id gives a row of nulls and never fails the batch. " +
    "All rows of one view are of one generation. " +
    "Features that a service computes are in columns `computed.<name>`. " +
    "With `Accept: application/vnd.apache.arrow.stream` the rows are one record batch: the key's columns, those of " +
    "`columns` with their types, `status`, and `status:<view>` for each view. Needs scope `features:read`.",
  security: keyed,
  request: {
    body: jsonBody(BatchRequest, {
      ids: [1, 2, 4711],
      features: ["speech_sentiment.sentiment", "speech_profile.year"],
      metadata: true,
    }),
  },
  responses: {
    200: orMediaType(
      warningJson(BatchAnswer, "The rows", {
        ids: [1, 2, 4711],
        columns: ["speech_sentiment.sentiment", "speech_profile.year"],
        rows: [
          ["positive", 1790],
          ["positive", 1791],
          [null, null],
        ],
        status: ["complete", "complete", "unknown_entity"],
        views: ["speech_sentiment", "speech_profile"],
        statuses: [
          ["complete", "complete"],
          ["complete", "complete"],
          ["unknown_entity", "unknown_entity"],
        ],
        metadata: {
          speech_sentiment: {
            version: 1,
            generation: 1,
            as_of: "2026-11-22T20:50:25.677000Z",
            age_seconds: 39.364,
            event_times: ["2026-10-19T11:36:06.533145Z", "2026-10-28T22:12:58.798523Z", null],
          },
          speech_profile: {
            version: 1,
            generation: 1,
            as_of: "2026-11-22T20:50:25.963000Z",
            age_seconds: 39.078,
            event_times: ["2026-04-26T14:54:27.407065Z", "2026-04-24T22:49:36.229778Z", null],
          },
        },
      }),
      ARROW_STREAM,
      "binary",
    ),
    ...problems(
      ...codes.keyed,
      ...codes.jsonBody,
      ...codes.ids,
      ...codes.batch,
      ...codes.selection,
      ...codes.services,
      ...codes.inputs,
      "as_of_future",
      "source_unavailable",
      "not_acceptable",
    ),
  },
});

const OFFERED = ["application/json", ARROW_STREAM] as const;
const VARY = { vary: "accept, accept-encoding, authorization, x-api-key" } as const;

export function readFeaturesBatch(reader: FeatureReader): Handler {
  return async (request) => {
    const type = acceptedType(request.header("accept"), OFFERED);
    const args = [await readJsonText(request), batchCaller(request), request.gone] as const;
    const answer = await (type === ARROW_STREAM ? reader.batchArrow(...args) : reader.batch(...args));
    const reply =
      typeof answer === "string"
        ? { status: 200, contentType: type, body: answer, headers: VARY }
        : { ...answer, headers: { ...answer.headers, ...VARY } };
    const encodings = request.header("accept-encoding");
    return encodings === undefined ? reply : compressed(encodings, reply);
  };
}
