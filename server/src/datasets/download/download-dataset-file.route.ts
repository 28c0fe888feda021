import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, keyed, problems, requestOf } from "../../http/index";
import { datasetFile } from "./dataset-file";
import { fileCodes, fileHeaders, fileResponses, redirection, SnapshotFileName } from "./dataset-schema";
import type { Downloads } from "./downloads";

const OPERATION = "downloadDatasetFile";

export const downloadDatasetFileContract = createRoute({
  method: "get",
  path: "/api/datasets/{name}/snapshots/{snapshot}/files/{file}",
  operationId: OPERATION,
  tags: ["datasets"],
  summary: "Download a file of a snapshot",
  description:
    "The `ETag` is the file's SHA-256; the file never changes. `Range` requests a part of it, to resume a download. " +
    "`latest` and versions redirect to the id. Files are never compressed on the way. " +
    "Needs scope `datasets:read`; public datasets need no key if the operator allows it.",
  security: [...keyed, {}],
  request: { params: SnapshotFileName, headers: fileHeaders },
  responses: {
    ...fileResponses,
    302: redirection("To the address with the snapshot's id, or to the storage"),
    ...problems(...codes.keyed, ...fileCodes),
  },
});

const read = requestOf(downloadDatasetFileContract);

export function downloadDatasetFile(downloads: Downloads): Handler {
  return (request) => datasetFile(downloads, request, { operation: OPERATION, ...read(request).params });
}
