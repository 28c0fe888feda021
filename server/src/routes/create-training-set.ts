import { createRoute, z } from "@hono/zod-openapi";
import type { ApiRequest, Handler } from "../middleware/exchange";
import { mediaTypeIn } from "../middleware/media-type";
import { readJsonText } from "../middleware/read-json-text";
import { requirePlainBody, requireUtf8, unsupportedMediaType } from "../middleware/require-plain-body";
import { parseQuery } from "../services/query-text";
import {
  receiveSpine,
  type SpineKind,
  type SpineReception,
  withReceivedFile,
} from "../services/training-set/receive-spine";
import { trainingSetDocument } from "../services/training-set/training-document";
import {
  parseTrainingQuery,
  parseTrainingRequest,
  trainingParameters,
} from "../services/training-set/training-request";
import type { StartedTrainingSet, TrainingSets } from "../services/training-set/training-sets";
import { readViews, type UsageTracker } from "../services/usage-tracker";
import { json, keyed, problems } from "./schemas";
import { TrainingSet, TrainingSetRequest } from "./training-set-schema";

const file = { schema: z.string().openapi({ format: "binary" }) };

export const createTrainingSetContract = createRoute({
  method: "post",
  path: "/api/training-sets",
  operationId: "createTrainingSet",
  tags: ["training"],
  summary: "Make a training set",
  description:
    "Features as they were known at each spine row's time. The spine stands in the body's `rows`, or is the body itself: " +
    "CSV, JSON Lines or Parquet, with the other members as query parameters (lists comma-separated, `labels` as " +
    "`view.feature@7d` or `name=view.feature@7d`, `split` as `time:CUT,…`, `hash:train=0.8,test=0.2` or " +
    "`group:COLUMN:train=0.8,test=0.2`). It is read before the answer, the " +
    "result is made after it. Needs scope `training:write`.",
  security: keyed,
  request: {
    query: z.object(Object.fromEntries(trainingParameters.map((name) => [name, z.string().optional()]))),
    body: {
      required: true,
      content: {
        "application/json": { schema: TrainingSetRequest },
        "text/csv": file,
        "application/x-ndjson": file,
        "application/vnd.apache.parquet": file,
      },
    },
  },
  responses: {
    200: json(TrainingSet, "A finished one that is used again, as was asked for; `Location` leads to it"),
    202: json(TrainingSet, "The spine is read and the result is being made; `Location` leads to it"),
    ...problems(400, 401, 403, 404, 409, 410, 413, 415, 429, 500, 503),
  },
});

const kinds: Readonly<Record<string, SpineKind>> = {
  "text/csv": "csv",
  "application/x-ndjson": "jsonl",
  "application/jsonl": "jsonl",
  "application/vnd.apache.parquet": "parquet",
};

export function createTrainingSet({
  sets,
  spines,
  onRead,
}: {
  readonly sets: TrainingSets;
  readonly spines: SpineReception;
  readonly onRead?: UsageTracker["record"];
}): Handler {
  return async (request) => {
    const { tenant = null, keyId = null } = request.principal ?? {};
    const { id, isReused, done } = await start(request, tenant);
    // One that is not made has read nothing that anybody gets.
    done.then(
      ({ views }) => onRead?.(keyId, readViews(views)),
      () => undefined,
    );
    return {
      status: isReused ? 200 : 202,
      contentType: "application/json",
      body: trainingSetDocument(await sets.read(id, tenant)),
      headers: { location: `/api/training-sets/${id}` },
    };
  };

  async function start(request: ApiRequest, tenant: string | null): Promise<StartedTrainingSet> {
    const type = mediaTypeIn(request.header("content-type"));
    const kind = kinds[type.name];
    if (kind === undefined) {
      const text = await readJsonText(request, Object.keys(kinds));
      if (request.query !== "") parseQuery(request.query, []);
      const trainingRequest = parseTrainingRequest(text, spines.limits);
      return "rerun" in trainingRequest
        ? sets.rerun(trainingRequest.rerun, tenant)
        : sets.start({ ...trainingRequest, tenant });
    }
    requirePlainBody(request);
    requireUtf8(type);
    if (kind === "csv" && type.parameters.get("header") === "absent") {
      throw unsupportedMediaType('Begin the CSV with a line of column names: it came with "header=absent".');
    }
    const trainingRequest = parseTrainingQuery(request.query);
    const received = receiveSpine(request.bytes(), spines.maxBytes);
    return withReceivedFile(kind, received, spines, (spine) => sets.start({ ...trainingRequest, spine, tenant }));
  }
}
