import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, keyed, problems, requestOf, text } from "../http/index";
import { buildDocument } from "./dataset-document";
import { DatasetBuild, exampleBuild } from "./dataset-schema";
import type { DatasetServices } from "./dataset-services";
import { DatasetName, datasetCodes } from "./download/dataset-schema";
import { writableDataset } from "./readable-dataset";

export const readBuildContract = createRoute({
  method: "get",
  path: "/api/datasets/{name}/builds/{id}",
  operationId: "readDatasetBuild",
  tags: ["datasets"],
  summary: "Read the state of a build",
  description: "Needs scope `datasets:write`.",
  security: keyed,
  request: {
    params: DatasetName.extend({
      id: text("The id of the build", exampleBuild.id),
    }),
  },
  responses: {
    200: json(DatasetBuild, "The build", exampleBuild),
    ...problems(...codes.keyed, ...datasetCodes, "dataset_build_not_found"),
  },
});

const read = requestOf(readBuildContract);

export function readBuild({ store, builds }: DatasetServices["datasets"]): Handler {
  return async (request) => {
    const { name, id } = read(request).params;
    await writableDataset(store, request, name);
    return jsonText(DatasetBuild, buildDocument(await builds.read(name, id)));
  };
}
