import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, open, problems } from "../http/index";
import type { HealthService } from "./health";
import { Health, healthy } from "./health-schema";

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
