import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, keyed, problems, requestOf } from "../../http/index";
import { readableDataset } from "../readable-dataset";
import { changerOf } from "./changer-of";
import { datasetCodes, Export, ExportId, exampleExport } from "./dataset-schema";
import type { Downloads } from "./downloads";
import { exportDocument } from "./export-document";

export const cancelExportContract = createRoute({
  method: "delete",
  path: "/api/datasets/{name}/exports/{id}",
  operationId: "cancelDatasetExport",
  tags: ["datasets"],
  summary: "Cancel an export, or remove its file",
  description: "A running export ends soon, a finished one expires. Needs scope `datasets:read`.",
  security: keyed,
  request: { params: ExportId },
  responses: {
    200: json(Export, "The export, which has ended or is about to", { ...exampleExport, state: "cancelled" }),
    ...problems(...codes.keyed, ...datasetCodes, "export_not_found", "storage_unavailable"),
  },
});

const read = requestOf(cancelExportContract);

export function cancelExport({ reader, exports, keptMs }: Downloads): Handler {
  return async (request) => {
    const { name, id } = read(request).params;
    await readableDataset(reader, request, name);
    return jsonText(Export, exportDocument(await exports.cancel(name, id, changerOf(request)), keptMs));
  };
}
