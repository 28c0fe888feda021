import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, json, jsonText, keyed, problems, requestOf } from "../../http/index";
import { readableDataset } from "../readable-dataset";
import { datasetCodes, Export, ExportId, exampleExport } from "./dataset-schema";
import type { Downloads } from "./downloads";
import { exportDocument } from "./export-document";

export const readExportContract = createRoute({
  method: "get",
  path: "/api/datasets/{name}/exports/{id}",
  operationId: "readDatasetExport",
  tags: ["datasets"],
  summary: "Read the state and progress of an export",
  description: "A key sees the exports of its organisation; without one, its own. Needs scope `datasets:read`.",
  security: keyed,
  request: { params: ExportId },
  responses: {
    200: json(Export, "The export", exampleExport),
    ...problems(...codes.keyed, ...datasetCodes, "export_not_found"),
  },
});

const read = requestOf(readExportContract);

export function readExport({ reader, exports, keptMs }: Downloads): Handler {
  return async (request) => {
    const { name, id } = read(request).params;
    await readableDataset(reader, request, name);
    return jsonText(Export, exportDocument(await exports.read(name, id, holderOf(request)), keptMs));
  };
}
