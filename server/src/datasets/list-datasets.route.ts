import { createRoute } from "@hono/zod-openapi";
import { type ApiRequest, codes, type Handler, json, jsonText, keyed, problems } from "../http/index";
import { datasetSummary } from "./dataset-document";
import { DatasetList, exampleSummary } from "./dataset-schema";
import type { DatasetStore } from "./dataset-store";
import type { RegisteredDataset, Snapshot } from "./dataset-types";

export const listDatasetsContract = createRoute({
  method: "get",
  path: "/api/datasets",
  operationId: "listDatasets",
  tags: ["datasets"],
  summary: "List the datasets",
  description:
    "Those that the key may read, with their newest snapshots. Needs scope `datasets:read`; public datasets need no key " +
    "if the operator allows it.",
  security: [...keyed, {}],
  responses: {
    200: json(DatasetList, "The datasets, by name", { datasets: [exampleSummary] }),
    ...problems(...codes.keyed),
  },
});

export function listDatasets(store: DatasetStore): Handler {
  return async (request) => {
    const datasets = (await store.datasets()).filter((dataset) => mayRead(request, dataset));
    const latest = datasets.length === 0 ? new Map<string, Snapshot>() : await store.latest();
    return jsonText(DatasetList, {
      datasets: datasets.map((dataset) => datasetSummary(dataset, latest.get(dataset.definition.name))),
    });
  };
}

function mayRead({ principal }: ApiRequest, { definition: { name, access } }: RegisteredDataset): boolean {
  return principal === null ? access === "public" : principal.grants.allows("datasets:read", name);
}
