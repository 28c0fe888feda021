import { createRoute, z } from "@hono/zod-openapi";
import type { AuditLog } from "../audit-log/index";
import { keyActor } from "../core/index";
import { codes, type Handler, header, holderOf, keyed, namesTag, problems, segment } from "../http/index";
import { readViews, type UsageMeter } from "../usage/index";
import { byteRange } from "./output/byte-range";
import { countedBytes } from "./output/counted-bytes";
import { TrainingSetId, trainingSetCodes } from "./training-set-schema";
import type { TrainingSets } from "./training-sets";

const file = { schema: z.string().openapi({ format: "binary" }) };
const OPERATION = "downloadTrainingSet";
const content = { "application/vnd.apache.parquet": file, "text/csv": file, "application/x-ndjson": file };

export const downloadTrainingSetContract = createRoute({
  method: "get",
  path: "/api/training-sets/{id}/data",
  operationId: OPERATION,
  tags: ["training"],
  summary: "Download a finished training set",
  description:
    "The `ETag` is the file's SHA-256, which never changes. `Range` requests a part of it, to resume a " +
    "download; send `If-Range` to get the part only of the same file. Needs scope `training:read`.",
  security: keyed,
  request: {
    params: TrainingSetId,
    headers: z.object({
      Range: header("One part of the file, `bytes=100-199` or `bytes=100-`"),
      "If-Range": header("The `ETag` of the file that the part belongs to; of another file, the whole is sent"),
      "If-None-Match": header("Entity tags of files that the client has"),
    }),
  },
  responses: {
    200: { description: "The file", content },
    206: { description: "The requested part", content },
    304: { description: "The client has this file already, as its If-None-Match says" },
    ...problems(
      ...codes.keyed,
      ...trainingSetCodes,
      "resource_forbidden",
      "training_set_not_finished",
      "training_set_elsewhere",
      "training_set_without_data",
      "range_not_satisfiable",
    ),
  },
});

const contentTypes = {
  parquet: "application/vnd.apache.parquet",
  csv: "text/csv; charset=utf-8",
  jsonl: "application/x-ndjson",
} as const;

export function downloadTrainingSet({
  sets,
  onRead,
  onSent,
  auditLog,
}: {
  readonly sets: TrainingSets;
  readonly onRead?: UsageMeter["record"];
  readonly onSent?: UsageMeter["countBytes"];
  readonly auditLog?: AuditLog;
}): Handler {
  return async (request) => {
    const id = segment(request, 3);
    const holder = holderOf(request);
    const data = await sets.data(id, holder);
    onRead?.(holder.keyId, readViews(data.views), 0);
    const sent = (body: ReadableStream<Uint8Array>) =>
      onSent === undefined ? body : countedBytes(body, (bytes) => onSent(holder, OPERATION, bytes));
    const etag = `"${data.sha256}"`;
    const contentType = contentTypes[data.format];
    const headers = {
      etag,
      "accept-ranges": "bytes",
      "cache-control": "private, immutable",
      "content-disposition": `attachment; filename="${id}.${data.format}"`,
    };
    const tags = request.header("if-none-match");
    if (tags !== undefined && namesTag(tags, etag)) return { status: 304, contentType, body: null, headers };
    const onlyIf = request.header("if-range");
    const range = onlyIf === undefined || onlyIf === etag ? byteRange(request.header("range"), data.bytes) : undefined;
    // The further parts of a download that was interrupted are no downloads of their own.
    if (request.method === "GET" && (range === undefined || range.first === 0)) {
      const actor = keyActor(holder.keyId, request.address);
      const { organisation } = holder;
      await auditLog?.record({ actor, organisation, action: "training_set.downloaded", subject: id });
    }
    if (range === undefined) {
      const body = sent(data.read(0, data.bytes - 1));
      return { status: 200, contentType, body, headers: { ...headers, "content-length": String(data.bytes) } };
    }
    const { first, last } = range;
    return {
      status: 206,
      contentType,
      body: sent(data.read(first, last)),
      headers: {
        ...headers,
        "content-range": `bytes ${first}-${last}/${data.bytes}`,
        "content-length": String(last - first + 1),
      },
    };
  };
}
