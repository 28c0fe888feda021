import { createRoute, z } from "@hono/zod-openapi";
import type { AuditLog } from "../audit-log/index";
import { keyActor } from "../core/index";
import {
  codes,
  fileReply,
  type Handler,
  header,
  holderOf,
  keyed,
  problems,
  requestedPart,
  requestOf,
} from "../http/index";
import { readViews, type UsageMeter } from "../usage/index";
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
      "If-Match": header("Entity tags of the only files that the client wants"),
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
      "precondition_failed",
      "range_not_satisfiable",
    ),
  },
});

const contentTypes = {
  parquet: "application/vnd.apache.parquet",
  csv: "text/csv; charset=utf-8",
  jsonl: "application/x-ndjson",
} as const;

const read = requestOf(downloadTrainingSetContract);

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
    const id = read(request).params.id;
    const holder = holderOf(request);
    const data = await sets.data(id, holder);
    onRead?.(holder.keyId, readViews(data.views), 0);
    const file = {
      name: `${id}.${data.format}`,
      contentType: contentTypes[data.format],
      bytes: data.bytes,
      sha256: data.sha256,
      cacheControl: "private, immutable",
      read: data.read,
    };
    const part = requestedPart(request, file);
    // The further parts of a download that was interrupted are no downloads of their own.
    if (request.method === "GET" && part.status !== 304 && part.first === 0) {
      const actor = keyActor(holder.keyId, request.address);
      const { organisation } = holder;
      await auditLog?.record({ actor, organisation, action: "training_set.downloaded", subject: id });
    }
    return fileReply(file, part, onSent && ((bytes) => onSent(holder, OPERATION, bytes)));
  };
}
