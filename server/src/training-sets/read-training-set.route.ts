import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, json, keyed, problems, requestOf } from "../http/index";
import { trainingSetDocument } from "./training-document";
import { finishedTrainingSet, TrainingSet, TrainingSetId, trainingSetCodes } from "./training-set-schema";
import type { TrainingSets } from "./training-sets";

export const readTrainingSetContract = createRoute({
  method: "get",
  path: "/api/training-sets/{id}",
  operationId: "readTrainingSet",
  tags: ["training"],
  summary: "Read a training set's state, progress and manifest",
  description:
    "A key sees the training sets of its organisation and tenant; a key without an organisation or tenant sees those " +
    "without one. The views have to be allowed by the organisation's tier. Needs scope `training:read`.",
  security: keyed,
  request: { params: TrainingSetId },
  responses: {
    200: json(TrainingSet, "The training set", finishedTrainingSet),
    ...problems(...codes.keyed, ...trainingSetCodes, "resource_forbidden"),
  },
});

const read = requestOf(readTrainingSetContract);

export function readTrainingSet(sets: TrainingSets): Handler {
  return async (request) => trainingSetDocument(await sets.read(read(request).params.id, holderOf(request)));
}
