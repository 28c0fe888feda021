import { createRoute, z } from "@hono/zod-openapi";
import { codes, type Handler, json, open, problems } from "../http/index";

export const livezContract = createRoute({
  method: "get",
  path: "/livez",
  operationId: "livez",
  tags: ["operations"],
  summary: "Check that the process runs",
  security: open,
  responses: {
    200: json(z.object({ status: z.literal("ok") }), "It runs", { status: "ok" }),
    ...problems(...codes.open),
  },
});

export function livez(): Handler {
  return () => '{"status":"ok"}';
}
