import { createRoute } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import type { HealthService } from "../services/health";
import { healthy } from "./examples";
import { codes, json, open, problems } from "./responses";
import { Health } from "./schemas";

export const healthContract = createRoute({
  method: "get",
  path: "/health",
  operationId: "health",
  tags: ["operations"],
  summary: "Report the health of each part",
  description: "Always 200; `status` says ok, degraded or unavailable.",
  security: open,
  responses: { 200: json(Health, "The report", healthy), ...problems(...codes.open) },
});

export function health(service: HealthService): Handler {
  return async () => JSON.stringify(await service.report());
}
