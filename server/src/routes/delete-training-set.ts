import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { segment } from "../middleware/segment";
import { trainingSetDocument } from "../services/training-set/training-document";
import type { TrainingSets } from "../services/training-set/training-sets";
import { json, keyed, problems } from "./schemas";
import { TrainingSet } from "./training-set-schema";

export const deleteTrainingSetContract = createRoute({
  method: "delete",
  path: "/api/training-sets/{id}",
  operationId: "deleteTrainingSet",
  tags: ["training"],
  summary: "Delete a training set",
  description:
    "One that is not finished is cancelled; of one that has ended nothing is left but its id. Needs scope `training:write`.",
  security: keyed,
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(TrainingSet, "It is deleted, or given up"), ...problems(400, 401, 403, 404, 429, 500, 503) },
});

export function deleteTrainingSet(sets: TrainingSets): Handler {
  return async (request) =>
    trainingSetDocument(await sets.delete(segment(request, 3), request.principal?.tenant ?? null));
}
