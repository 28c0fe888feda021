import { createRoute, z } from "@hono/zod-openapi";
import {
  changerOf,
  codes,
  type Handler,
  header,
  json,
  jsonBody,
  keyed,
  problems,
  readJsonText,
  segment,
} from "../../http/index";
import { DatasetName, Export, ExportRequest, exampleExport, selectionCodes } from "./dataset-schema";
import type { Downloads } from "./downloads";
import { exportReply } from "./export-document";
import { exportCaller, parseExport, resolveSelection } from "./export-request";

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
    headers: z.object({ "Idempotency-Key": header("1 to 200 printable characters without spaces") }),
    body: jsonBody(ExportRequest, { snapshot: "latest", format: "csv", features: ["year"] }),
  },
  responses: {
    200: { ...json(Export, "The finished export of a repeated request", exampleExport), headers },
    202: { ...json(Export, "The export is being made", exampleExport), headers },
    ...problems(...codes.keyed, ...codes.jsonBody, ...selectionCodes, "idempotency_key_reused", "storage_full"),
  },
});

export function createExport(downloads: Downloads): Handler {
  return async (request) => {
    const name = segment(request, 3);
    const caller = exportCaller(request);
    changerOf(request);
    const texts = parseExport(await readJsonText(request));
    const { snapshot, selection } = await resolveSelection(downloads, request, name, texts);
    return exportReply(await downloads.exports.start(snapshot, selection, caller), downloads.keptMs);
  };
}
