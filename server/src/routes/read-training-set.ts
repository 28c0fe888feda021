import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { segment } from "../middleware/segment";
import { trainingSetDocument } from "../services/training-set/training-document";
import type { TrainingSets } from "../services/training-set/training-sets";
import { json, keyed, problems } from "./schemas";
import { TrainingSet } from "./training-set-schema";

export const readTrainingSetContract = createRoute({
  method: "get",
  path: "/api/training-sets/{id}",
  operationId: "readTrainingSet",
  tags: ["training"],
  summary: "Read a training set's state, progress and manifest",
  description:
    "A key that is bound to a tenant sees its tenant's, any other those of no tenant. Needs scope `training:read`.",
  security: keyed,
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(TrainingSet, "The training set"), ...problems(400, 401, 403, 404, 429, 500, 503) },
});

export function readTrainingSet(sets: TrainingSets): Handler {
  return async (request) =>
    trainingSetDocument(await sets.read(segment(request, 3), request.principal?.tenant ?? null));
}
