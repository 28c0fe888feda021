import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, keyed, problems, requestOf } from "../http/index";
import { cardWithDownloads } from "./card/card-files";
import { datasetDocument } from "./dataset-document";
import { DatasetDocument, exampleDataset } from "./dataset-schema";
import type { DatasetServices } from "./dataset-services";
import type { Snapshot } from "./dataset-types";
import { DatasetName, datasetCodes } from "./download/dataset-schema";
import type { SnapshotFiles } from "./files/snapshot-files";
import { readableDataset } from "./readable-dataset";
import { snapshotFolder } from "./snapshots/snapshot-id";

export const readDatasetContract = createRoute({
  method: "get",
  path: "/api/datasets/{name}",
  operationId: "readDataset",
  tags: ["datasets"],
  summary: "Read a dataset with its card",
  description: "Needs scope `datasets:read`; public datasets need no key if the operator allows it.",
  security: [...keyed, {}],
  request: { params: DatasetName },
  responses: {
    200: json(DatasetDocument, "The dataset", exampleDataset),
    ...problems(...codes.keyed, ...datasetCodes, "storage_unavailable"),
  },
});

const read = requestOf(readDatasetContract);

export function readDataset({ store, files }: DatasetServices["datasets"]): Handler {
  return async (request) => {
    const { name } = read(request).params;
    const dataset = await readableDataset(store, request, name);
    const [latest, downloads] = await Promise.all([store.snapshot(name, "latest"), store.downloads(name)]);
    const card = latest === undefined ? null : await cardOf(files, latest, request.gone);
    const text = card === null ? null : cardWithDownloads(card, downloads);
    return jsonText(DatasetDocument, datasetDocument(dataset, latest, { card: text, downloads }));
  };
}

/** Reads the card; null if the file is missing, which the route of files reports. */
async function cardOf(
  files: SnapshotFiles,
  { dataset, id, manifest }: Snapshot,
  signal: AbortSignal,
): Promise<string | null> {
  const file = manifest.files.find(({ role }) => role === "card");
  if (file === undefined || file.bytes === 0) return null;
  const path = `${snapshotFolder(dataset, id)}/${file.path}`;
  if ((await files.size(path, signal)) !== file.bytes) return null;
  return new Response(files.read(path, 0, file.bytes - 1)).text();
}
