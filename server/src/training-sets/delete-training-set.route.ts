import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, json, keyed, problems, requestOf } from "../http/index";
import { trainingSetDocument } from "./training-document";
import { runningTrainingSet, TrainingSet, TrainingSetId, trainingSetCodes } from "./training-set-schema";
import type { TrainingSets } from "./training-sets";

export const deleteTrainingSetContract = createRoute({
  method: "delete",
  path: "/api/training-sets/{id}",
  operationId: "deleteTrainingSet",
  tags: ["training"],
  summary: "Delete a training set",
  description:
    "Cancels a training set that is not finished. Of a finished one, only the id and the state stay. Needs scope `training:write`.",
  security: keyed,
  request: { params: TrainingSetId },
  responses: {
    200: json(TrainingSet, "The training set, which is deleted or about to be cancelled", {
      ...runningTrainingSet,
      state: "deleted",
      finished_at: "2026-11-22T20:51:06.363000Z",
    }),
    ...problems(...codes.keyed, ...trainingSetCodes),
  },
});

const read = requestOf(deleteTrainingSetContract);

export function deleteTrainingSet(sets: TrainingSets): Handler {
  return async (request) => trainingSetDocument(await sets.delete(read(request).params.id, holderOf(request)));
}
