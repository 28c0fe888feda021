import { createRoute, z } from "@hono/zod-openapi";
import { keyActor } from "../core/index";
import { codes, type Handler, holderOf, json, jsonText, keyed, problems, requestOf } from "../http/index";
import { buildDocument } from "./dataset-document";
import { DatasetBuild, exampleBuild } from "./dataset-schema";
import type { DatasetServices } from "./dataset-services";
import { DatasetName, datasetCodes } from "./download/dataset-schema";
import { writableDataset } from "./readable-dataset";

export const buildDatasetContract = createRoute({
  method: "post",
  path: "/api/datasets/{name}/snapshots",
  operationId: "buildDataset",
  tags: ["datasets"],
  summary: "Build a snapshot of a dataset",
  description:
    "Reads the rows in one consistent state and publishes a snapshot, unless nothing changed since the newest one. One " +
    "build of a dataset runs at a time. Needs scope `datasets:write`, which only the operator gives to keys.",
  security: keyed,
  request: { params: DatasetName },
  responses: {
    202: {
      ...json(DatasetBuild, "The build has begun", exampleBuild),
      headers: z.object({ Location: z.string().describe("The path of the build") }),
    },
    ...problems(...codes.keyed, ...datasetCodes, "dataset_build_running"),
  },
});

const read = requestOf(buildDatasetContract);

export function buildDataset({ store, builds }: DatasetServices["datasets"]): Handler {
  return async (request) => {
    const { name } = read(request).params;
    const dataset = await writableDataset(store, request, name);
    const actor = keyActor(holderOf(request).keyId, request.address);
    const { id, done } = await builds.start(dataset, { actor });
    // The failure is stored with the build.
    done.catch(() => undefined);
    return {
      status: 202,
      contentType: "application/json",
      body: jsonText(DatasetBuild, buildDocument(await builds.read(name, id))),
      headers: { location: `/api/datasets/${name}/builds/${id}` },
    };
  };
}
