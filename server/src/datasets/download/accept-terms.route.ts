import { instantText } from "@featstore/definitions/compiler";
import { createRoute } from "@hono/zod-openapi";
import { FeatstoreError } from "../../core/index";
import { codes, type Handler, json, jsonBody, jsonText, keyed, problems, requestOf } from "../../http/index";
import { readableDataset } from "../readable-dataset";
import { changerOf } from "./changer-of";
import { Acceptance, DatasetName, datasetCodes, TermsVersion } from "./dataset-schema";
import type { Downloads } from "./downloads";

export const acceptTermsContract = createRoute({
  method: "post",
  path: "/api/datasets/{name}/terms",
  operationId: "acceptDatasetTerms",
  tags: ["datasets"],
  summary: "Accept the terms of a dataset",
  description:
    "The key accepts them for its organisation, or for itself and its rotations without one. What was accepted, when, and " +
    "with which key is recorded. Needs scope `datasets:read`.",
  security: keyed,
  request: { params: DatasetName, body: jsonBody(TermsVersion, { version: "2026-11" }) },
  responses: {
    200: json(Acceptance, "The terms are accepted", {
      ...{ dataset: "state_of_the_union", version: "2026-11", accepted_at: "2026-11-23T07:30:00.000000Z" },
    }),
    ...problems(...codes.keyed, ...codes.jsonBody, ...datasetCodes, "terms_version_unknown"),
  },
});

const read = requestOf(acceptTermsContract);

export function acceptTerms({ reader, acceptances }: Downloads): Handler {
  return async (request) => {
    const { params, body } = read(request);
    const dataset = params.name;
    const { version } = await body();
    const { terms } = (await readableDataset(reader, request, dataset)).definition;
    if (terms?.version !== version) {
      const current = terms === null ? "it has no terms" : `its terms have the version "${terms.version}"`;
      const detail = `The dataset "${dataset}" has no terms of version "${version.slice(0, 80)}": ${current}.`;
      throw new FeatstoreError("terms_version_unknown", detail);
    }
    const at = await acceptances.record(dataset, version, changerOf(request), request.address);
    return jsonText(Acceptance, { dataset, version, accepted_at: instantText(at) });
  };
}
