import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, keyed, problems, requestOf } from "../http/index";
import { manifestDocument } from "./dataset-document";
import { exampleManifest, SnapshotManifestDocument } from "./dataset-schema";
import type { DatasetStore } from "./dataset-store";
import { redirectTo } from "./download/dataset-file";
import { datasetCodes, redirection, SnapshotFileName } from "./download/dataset-schema";
import { requestedSnapshot } from "./download/requested-snapshot";
import { readableDataset } from "./readable-dataset";

export const readSnapshotContract = createRoute({
  method: "get",
  path: "/api/datasets/{name}/snapshots/{snapshot}",
  operationId: "readDatasetSnapshot",
  tags: ["datasets"],
  summary: "Read the manifest of a snapshot",
  description:
    "`latest` and versions redirect to the id. Needs scope `datasets:read`; public datasets need no key if the operator " +
    "allows it.",
  security: [...keyed, {}],
  request: { params: SnapshotFileName.omit({ file: true }) },
  responses: {
    200: json(SnapshotManifestDocument, "The manifest", exampleManifest),
    302: redirection("To the address with the snapshot's id"),
    ...problems(...codes.keyed, ...datasetCodes, "snapshot_not_found", "snapshot_withdrawn"),
  },
});

const read = requestOf(readSnapshotContract);

export function readSnapshot(store: DatasetStore): Handler {
  return async (request) => {
    const { name, snapshot: reference } = read(request).params;
    await readableDataset(store, request, name);
    const snapshot = await requestedSnapshot(store, name, reference);
    if (reference !== snapshot.id) return redirectTo(`/api/datasets/${name}/snapshots/${snapshot.id}`);
    return jsonText(SnapshotManifestDocument, manifestDocument(snapshot));
  };
}
