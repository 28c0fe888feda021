import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { json, problems } from "./schemas";

export const livezContract = createRoute({
  method: "get",
  path: "/livez",
  operationId: "livez",
  tags: ["operations"],
  summary: "Tell that the process runs",
  responses: { 200: json(z.object({ status: z.literal("ok") }), "It runs"), ...problems(400) },
});

export function livez(): Handler {
  return () => '{"status":"ok"}';
}
