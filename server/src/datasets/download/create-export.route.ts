import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, IdempotencyKey, json, jsonBody, keyed, problems, requestOf } from "../../http/index";
import { changerOf } from "./changer-of";
import { DatasetName, Export, ExportRequest, exampleExport, selectionCodes } from "./dataset-schema";
import type { Downloads } from "./downloads";
import { exportReply } from "./export-document";
import { exportCaller, resolveSelection } from "./export-request";

const headers = z.object({ Location: z.string().describe("The path of the export") });

export const createExportContract = createRoute({
  method: "post",
  path: "/api/datasets/{name}/exports",
  operationId: "createDatasetExport",
  tags: ["datasets"],
  summary: "Make a file with some columns of a snapshot",
  description:
    "The file has the columns in the snapshot's order, and all rows, in the form that the snapshot's files have. With an " +
    "`Idempotency-Key` a repeated request gets the same export, unless that has failed or expired. Needs scope `datasets:read`.",
  security: keyed,
  request: {
    params: DatasetName,
    headers: z.object({ "Idempotency-Key": IdempotencyKey }),
    body: jsonBody(ExportRequest, { snapshot: "latest", format: "csv", features: ["year"] }),
  },
  responses: {
    200: { ...json(Export, "The finished export of a repeated request", exampleExport), headers },
    202: { ...json(Export, "The export is being made", exampleExport), headers },
    ...problems(...codes.keyed, ...codes.jsonBody, ...selectionCodes, "idempotency_key_reused", "storage_full"),
  },
});

const read = requestOf(createExportContract);

export function createExport(downloads: Downloads): Handler {
  return async (request) => {
    const { params, headers: sent, body } = read(request);
    const caller = exportCaller(request, sent["Idempotency-Key"] ?? null);
    changerOf(request);
    const { snapshot, selection } = await resolveSelection(downloads, request, params.name, await body());
    return exportReply(await downloads.exports.start(snapshot, selection, caller), downloads.keptMs);
  };
}
