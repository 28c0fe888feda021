import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, keyed, problems, requestOf } from "../http/index";
import { snapshotDocument } from "./dataset-document";
import { exampleSnapshot, SnapshotList } from "./dataset-schema";
import type { DatasetStore } from "./dataset-store";
import { DatasetName, datasetCodes } from "./download/dataset-schema";
import { readableDataset } from "./readable-dataset";

export const listSnapshotsContract = createRoute({
  method: "get",
  path: "/api/datasets/{name}/snapshots",
  operationId: "listDatasetSnapshots",
  tags: ["datasets"],
  summary: "List the snapshots of a dataset with their files",
  description: "Needs scope `datasets:read`; public datasets need no key if the operator allows it.",
  security: [...keyed, {}],
  request: { params: DatasetName },
  responses: {
    200: json(SnapshotList, "The snapshots, the newest first", { snapshots: [exampleSnapshot] }),
    ...problems(...codes.keyed, ...datasetCodes),
  },
});

const read = requestOf(listSnapshotsContract);

export function listSnapshots(store: DatasetStore): Handler {
  return async (request) => {
    const { name } = read(request).params;
    await readableDataset(store, request, name);
    return jsonText(SnapshotList, { snapshots: (await store.snapshots(name)).map(snapshotDocument) });
  };
}
