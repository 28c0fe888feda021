import { createHash } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { type ErrorCode, elementTexts, parseQuery } from "../core/index";
import {
  type ApiRequest,
  choice,
  codes,
  type Handler,
  holderOf,
  IdempotencyKey,
  json,
  keyed,
  mediaTypeIn,
  problems,
  requestOf,
  requirePlainBody,
  requireUtf8,
  text,
  unsupportedMediaType,
} from "../http/index";
import { readViews, type UsageTracker } from "../usage/index";
import { RepeatedRequest } from "./jobs/repeated-request";
import { parseLabel } from "./plan/label-request";
import { parseSplit } from "./plan/parse-split";
import { jsonRowsSpine } from "./spine/read-json";
import { receiveSpine, type SpineKind, type SpineReception, withReceivedFile } from "./spine/receive-spine";
import { trainingSetDocument } from "./training-document";
import {
  finishedTrainingSet,
  LeakageReason,
  runningTrainingSet,
  TrainingSet,
  TrainingSetRequest,
} from "./training-set-schema";
import type { StartedTrainingSet, TrainingSets } from "./training-sets";

const file = { schema: z.string().openapi({ format: "binary" }) };

const list = (description: string) => text(description).transform((names) => names.split(","));

/** The members of a request whose body is the spine, as query parameters. */
const parameters = {
  service: text("A feature service, `name` or `name@2`; excludes `features`"),
  features: list("Comma-separated `view`, `view.feature`, `view@2`, `view@2.feature`"),
  entity: text("The entity; by default that of the views"),
  format: choice("The format of the result, `parquet` by default", ["parquet", "csv", "jsonl"]),
  as_of_column: text("The column of the as-of times; `as_of` by default"),
  time_zone: text("The zone of times without an offset, which are rejected without it"),
  columns: list("The comma-separated columns of the spine to keep; all by default"),
  label_column: text("The column of the spine that is the label"),
  labels: text("Comma-separated `view.feature@7d` or `name=view.feature@7d`").transform((labels) =>
    labels.split(",").map(parseLabel),
  ),
  allow_leakage: LeakageReason.describe("Why a feature may equal a label in 99 % of the rows or more"),
  reuse: choice("Whether to answer with a finished training set of the same content, if there is one", [
    "true",
    "false",
  ]).transform((reuse) => reuse === "true"),
  split: text("`time:CUT,…`, `hash:train=0.8,test=0.2` or `group:COLUMN:train=0.8,test=0.2`").transform(parseSplit),
};

const spineCodes = [
  "spine_unreadable",
  "spine_empty",
  "spine_column_missing",
  "spine_column_unknown",
  "spine_column_duplicate",
  "spine_column_taken",
  "spine_column_invalid",
  "spine_row_invalid",
  "spine_key_missing",
  "spine_key_invalid",
  "spine_time_invalid",
  "spine_time_zone_required",
  "spine_time_future",
  "spine_too_large",
  "spine_too_wide",
  "spine_header_too_long",
  "spine_line_too_long",
  "spine_field_too_long",
  "input_missing",
  "input_invalid",
  "input_not_exact",
  "input_time_zone_required",
  "input_too_long",
] as const satisfies readonly ErrorCode[];

const linksById = Object.fromEntries(
  ["readTrainingSet", "cancelTrainingSet", "downloadTrainingSet", "deleteTrainingSet"].map((operationId) => [
    operationId,
    { operationId, parameters: { id: "$response.body#/id" } },
  ]),
);

function located<Response extends { readonly description: string }>(response: Response) {
  const headers = z.object({ Location: z.string().describe("The path of the training set") });
  return { ...response, headers, links: linksById };
}

export const createTrainingSetContract = createRoute({
  method: "post",
  path: "/api/training-sets",
  operationId: "createTrainingSet",
  tags: ["training"],
  summary: "Make a training set",
  description:
    "Returns the features as they were known at each spine row's time. The spine is in the body's `rows`, or is the body itself: " +
    "CSV, JSON Lines or Parquet, with the other members as query parameters (lists comma-separated, `labels` as " +
    "`view.feature@7d` or `name=view.feature@7d`, `split` as `time:CUT,…`, `hash:train=0.8,test=0.2` or " +
    "`group:COLUMN:train=0.8,test=0.2`). The spine is read before " +
    "the response, the result is computed after it. With an `Idempotency-Key` the same request, byte by byte, gets the same " +
    "training set, unless that has failed or was cancelled or deleted. Needs scope `training:write`.",
  security: keyed,
  request: {
    headers: z.object({ "Idempotency-Key": IdempotencyKey }),
    query: z.object(parameters).partial().strict(),
    body: {
      required: true,
      content: {
        "application/json": {
          schema: TrainingSetRequest,
          example: {
            features: ["speech_sentiment.sentiment", "speech_profile.year"],
            rows: [
              { speech_id: 1, as_of: "2026-10-31T12:00:00Z", sold: 12 },
              { speech_id: 2, as_of: "2026-11-01T12:00:00Z", sold: 7 },
            ],
            label_column: "sold",
            format: "csv",
            reuse: true,
          },
        },
        "text/csv": file,
        "application/x-ndjson": file,
        "application/jsonl": file,
        "application/vnd.apache.parquet": file,
      },
    },
  },
  responses: {
    200: located(
      json(
        TrainingSet,
        "A finished training set that is reused, with `reuse: true`, or that of a repeated request",
        finishedTrainingSet,
      ),
    ),
    202: located(json(TrainingSet, "The spine was read, and the training set is being made", runningTrainingSet)),
    ...problems(
      ...codes.keyed,
      ...codes.jsonBody,
      "invalid_parameter",
      ...codes.selection,
      ...codes.services,
      "label_invalid",
      "split_invalid",
      ...spineCodes,
      "tenant_required",
      "training_set_not_found",
      "training_set_elsewhere",
      "training_set_not_finished",
      "training_tenant_queue_full",
      "training_queue_full",
      "idempotency_key_reused",
      "storage_full",
    ),
  },
});

const kinds: Readonly<Record<string, SpineKind>> = {
  "text/csv": "csv",
  "application/x-ndjson": "jsonl",
  "application/jsonl": "jsonl",
  "application/vnd.apache.parquet": "parquet",
};

type TrainingCaller = Pick<Parameters<TrainingSets["start"]>[0], "tenant" | "grants" | "owner">;

/** `parts`: what identifies the request, if it has an idempotency key. */
function callerOf(
  request: ApiRequest,
  idempotencyKey: string | undefined,
  parts: readonly (string | null)[],
): TrainingCaller {
  const { keyId, lineId, organisation, tenant, grants, limits } = holderOf(request);
  const { exports } = limits;
  const repeatable =
    idempotencyKey === undefined ? undefined : { idempotencyKey, digest: sha256Of(JSON.stringify(parts)) };
  return { tenant, grants, owner: { keyId, lineId, organisation, exports, address: request.address, repeatable } };
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

const read = requestOf(createTrainingSetContract);

/** The members that a body and a query have in common. */
type TrainingOptions = ReturnType<typeof read>["query"];

function optionsOf({
  as_of_column: asOfColumn,
  time_zone: timeZone,
  label_column: labelColumn,
  allow_leakage: allowLeakage,
  format = "parquet",
  ...options
}: TrainingOptions) {
  const { service, features, entity, columns, labels, reuse, split } = options;
  const selection = { service, features, entity, columns, labels, reuse, split };
  return { ...selection, format, asOfColumn, timeZone, labelColumn, allowLeakage };
}

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
    const { id, isReused } = await startOrFind(request);
    const state = await sets.read(id, holderOf(request));
    return {
      status: isReused && state.state === "finished" ? 200 : 202,
      contentType: "application/json",
      body: trainingSetDocument(state),
      headers: { location: `/api/training-sets/${id}` },
    };
  };

  async function startOrFind(request: ApiRequest): Promise<Pick<StartedTrainingSet, "id" | "isReused">> {
    try {
      const started = await start(request);
      // One that is not made has read nothing that anybody gets.
      started.done.then(
        ({ views, result }) => onRead?.(holderOf(request).keyId, readViews(views), result.rows),
        () => undefined,
      );
      return started;
    } catch (error) {
      if (error instanceof RepeatedRequest) return { id: error.id, isReused: true };
      throw error;
    }
  }

  async function start(request: ApiRequest): Promise<StartedTrainingSet> {
    const valid = read(request);
    const idempotencyKey = valid.headers["Idempotency-Key"];
    const type = mediaTypeIn(request.header("content-type"));
    const kind = kinds[type.name];
    if (kind === undefined) {
      const body = await valid.body();
      if (request.query !== "") parseQuery(request.query, []);
      const reader = callerOf(request, idempotencyKey, [await request.body()]);
      if ("rerun" in body) return sets.rerun(body.rerun, holderOf(request), reader);
      const rows = elementTexts(body.rows, "rows");
      const spine = jsonRowsSpine(rows, (index) => `rows[${index}]`, false, spines.limits);
      return sets.start({ ...optionsOf(body), spine, ...reader });
    }
    requirePlainBody(request);
    requireUtf8(type);
    if (kind === "csv" && type.parameters.get("header") === "absent") {
      throw unsupportedMediaType('The CSV needs a line of column names first; got "header=absent".');
    }
    const options = optionsOf(valid.query);
    const isHashed = idempotencyKey !== undefined;
    const received = receiveSpine(request.bytes(), spines.maxBytes);
    const { organisation, tenant } = holderOf(request);
    return withReceivedFile(kind, received, { ...spines, isHashed, turn: organisation ?? tenant }, (spine, sha256) => {
      const reader = callerOf(request, idempotencyKey, [kind, request.query, sha256]);
      return sets.start({ ...options, spine, ...reader });
    });
  }
}
