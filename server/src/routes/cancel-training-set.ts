import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { segment } from "../middleware/segment";
import { trainingSetDocument } from "../services/training-set/training-document";
import type { TrainingSets } from "../services/training-set/training-sets";
import { json, keyed, problems } from "./schemas";
import { TrainingSet } from "./training-set-schema";

export const cancelTrainingSetContract = createRoute({
  method: "post",
  path: "/api/training-sets/{id}/cancel",
  operationId: "cancelTrainingSet",
  tags: ["training"],
  summary: "Cancel a training set that is not finished",
  description: "A finished one stays as it is. Needs scope `training:write`.",
  security: keyed,
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(TrainingSet, "It is given up"), ...problems(400, 401, 403, 404, 409, 429, 500, 503) },
});

export function cancelTrainingSet(sets: TrainingSets): Handler {
  return async (request) =>
    trainingSetDocument(await sets.cancel(segment(request, 3), request.principal?.tenant ?? null));
}
