import { createRoute } from "@hono/zod-openapi";
import { codes, type Handler, json, jsonText, open, problems } from "../http/index";
import type { HealthService } from "./health";
import { Health, healthy } from "./health-schema";

export const readyzContract = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "readyz",
  tags: ["operations"],
  summary: "Check whether requests can be answered",
  description:
    "200 as long as features can be read, 503 while starting, draining, or when no store answers. Does not wait " +
    "until the memory store is loaded: until then reads come from PostgreSQL, with the same values but more slowly; " +
    "`checks.online_store` says which store answers.",
  security: open,
  responses: {
    200: json(Health, "Ready", healthy),
    503: json(Health, "Not ready", {
      status: "unavailable",
      registry_revision: null,
      checks: { server: { ok: false, detail: "starting" } },
    }),
    ...problems(...codes.open),
  },
});

export function readyz(health: HealthService): Handler {
  return async () => {
    const report = await health.report();
    return {
      status: report.status === "unavailable" ? 503 : 200,
      contentType: "application/json",
      body: jsonText(Health, report),
    };
  };
}
