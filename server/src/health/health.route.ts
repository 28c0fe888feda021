import { createRoute, z } from "@hono/zod-openapi";
import {
  type ApiRequest,
  codes,
  type Handler,
  json,
  jsonText,
  open,
  prefersPage,
  problems,
  type Reply,
} from "../http/index";
import type { HealthReport, HealthService } from "./health";
import { Health, healthy } from "./health-schema";

const report = json(Health, "The report", healthy);

export const healthContract = createRoute({
  method: "get",
  path: "/health",
  operationId: "health",
  tags: ["operations"],
  summary: "Report the health of each part",
  description:
    "Always 200; `status` says ok, degraded or unavailable. A browser, which prefers `text/html`, gets a page with the same facts.",
  security: open,
  responses: {
    200: { ...report, content: { ...report.content, "text/html": { schema: z.string() } } },
    ...problems(...codes.open),
  },
});

/** Shows a report to a person. */
export type ShowHealth = (request: ApiRequest, report: HealthReport) => Promise<Reply>;

export function health(service: HealthService, show: ShowHealth): Handler {
  return async (request) => {
    const report = await service.report();
    if (prefersPage(request.header("accept"))) return show(request, report);
    const headers = { vary: "accept" };
    return {
      status: 200,
      contentType: "application/json",
      body: jsonText(Health, report),
      headers,
    };
  };
}
