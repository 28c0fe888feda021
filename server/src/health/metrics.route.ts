import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, open, problems } from "../http/index";

export const metricsContract = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "metrics",
  tags: ["operations"],
  summary: "Read the metrics in Prometheus' text format",
  description: "Covers all workers of the server; `featstore_workers` is the number of workers that responded.",
  security: open,
  responses: {
    200: {
      description: "The metrics",
      content: { "text/plain": { schema: z.string(), example: "featstore_workers 1\n" } },
    },
    ...problems(...codes.open, "internal"),
  },
});

/** `exposition` renders the metrics and names their content type. */
export function metrics(exposition: () => Promise<{ contentType: string; body: string }>): Handler {
  return async () => ({ status: 200, ...(await exposition()) });
}
