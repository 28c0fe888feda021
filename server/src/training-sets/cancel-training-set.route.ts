import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, holderOf, json, keyed, problems, requestOf } from "../http/index";
import { trainingSetDocument } from "./training-document";
import { runningTrainingSet, TrainingSet, TrainingSetId, trainingSetCodes } from "./training-set-schema";
import type { TrainingSets } from "./training-sets";

export const cancelTrainingSetContract = createRoute({
  method: "post",
  path: "/api/training-sets/{id}/cancel",
  operationId: "cancelTrainingSet",
  tags: ["training"],
  summary: "Cancel a training set that is not finished",
  description: "A finished training set stays as it is. Needs scope `training:write`.",
  security: keyed,
  request: { params: TrainingSetId },
  responses: {
    200: json(TrainingSet, "The training set, which is cancelled or about to be", {
      ...runningTrainingSet,
      state: "cancelled",
      finished_at: "2026-11-22T20:51:06.363000Z",
    }),
    ...problems(...codes.keyed, ...trainingSetCodes, "training_set_finished"),
  },
});

const read = requestOf(cancelTrainingSetContract);

export function cancelTrainingSet(sets: TrainingSets): Handler {
  return async (request) => trainingSetDocument(await sets.cancel(read(request).params.id, holderOf(request)));
}
