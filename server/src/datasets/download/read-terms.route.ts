import { createRoute } from "@hono/zod-openapi";
import { FeatstoreError } from "../../core/index";
import { codes, type Handler, json, jsonText, keyed, problems, requestOf } from "../../http/index";
import { readableDataset } from "../readable-dataset";
import { DatasetName, datasetCodes, Terms } from "./dataset-schema";
import type { Downloads } from "./downloads";

export const readTermsContract = createRoute({
  method: "get",
  path: "/api/datasets/{name}/terms",
  operationId: "readDatasetTerms",
  tags: ["datasets"],
  summary: "Read the terms of a dataset",
  description: "Needs scope `datasets:read`; public datasets need no key if the operator allows it.",
  security: [...keyed, {}],
  request: { params: DatasetName },
  responses: {
    200: json(Terms, "The terms", { version: "2026-11", text: "Use the data for research only." }),
    ...problems(...codes.keyed, ...datasetCodes, "terms_version_unknown"),
  },
});

const read = requestOf(readTermsContract);

export function readTerms({ reader }: Downloads): Handler {
  return async (request) => {
    const { name } = read(request).params;
    const { terms } = (await readableDataset(reader, request, name)).definition;
    if (terms === null) throw new FeatstoreError("terms_version_unknown", `The dataset "${name}" has no terms.`);
    return jsonText(Terms, { version: terms.version, text: terms.text });
  };
}
