import { createRoute } from "@hono/zod-openapi";
import { FeatstoreError, settingLabel } from "../../core/index";
import { codes, type Handler, holderOf, keyed, problems, requestOf } from "../../http/index";
import { readableDataset } from "../readable-dataset";
import { requireAcceptedTerms } from "./acceptances";
import { sendFile } from "./dataset-file";
import { ExportId, fileCodes, fileHeaders, fileResponses, redirection } from "./dataset-schema";
import type { Downloads } from "./downloads";
import { EXPORTS, exportFile } from "./export-job";
import { requestedSnapshot } from "./requested-snapshot";
import { dataTypes, storedFile } from "./stored-file";

const OPERATION = "downloadDatasetExport";

export const downloadExportContract = createRoute({
  method: "get",
  path: "/api/datasets/{name}/exports/{id}/data",
  operationId: OPERATION,
  tags: ["datasets"],
  summary: "Download a finished export",
  description:
    "The `ETag` is the file's SHA-256. `Range` requests a part of it, to resume a download. Needs scope `datasets:read`.",
  security: keyed,
  request: { params: ExportId, headers: fileHeaders },
  responses: {
    ...fileResponses,
    302: redirection("To the storage"),
    ...problems(...codes.keyed, ...fileCodes, "export_not_found", "export_not_finished", "export_expired"),
  },
});

const read = requestOf(downloadExportContract);

export function downloadExport(downloads: Downloads): Handler {
  return async (request) => {
    const { reader, acceptances, exports, files, onFault } = downloads;
    const { name, id: requested } = read(request).params;
    const dataset = await readableDataset(reader, request, name);
    const {
      id,
      state,
      snapshot: snapshotId,
      selection,
      result,
    } = await exports.read(name, requested, holderOf(request));
    await requireAcceptedTerms(acceptances, dataset, request.principal);
    const snapshot = await requestedSnapshot(reader, name, snapshotId);
    if (state === "expired")
      throw new FeatstoreError(
        "export_expired",
        `The file was removed, after ${settingLabel("datasets.export_hours")} or with the export: create the export again.`,
      );
    if (state !== "finished" || result === null)
      throw new FeatstoreError("export_not_finished", `The export is ${state}, so it has no file.`);
    const path = `${EXPORTS}/${id}/${exportFile(selection)}`;
    const { bytes, sha256 } = result;
    const file = {
      ...{ name: `${name}-${snapshot.version}.${selection.format}`, path, sha256, bytes },
      ...{ isData: true, contentType: dataTypes[selection.format] },
    };
    const stored = await storedFile(files, file, {
      cacheControl: "private, immutable",
      onFault: (error) => onFault?.(error, path),
      signal: request.gone,
    });
    return sendFile(downloads, request, OPERATION, { stored, path, isData: true, snapshot });
  };
}
