import { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "../middleware/exchange";
import { json, problems } from "./schemas";

export const openapiContract = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "openapi",
  tags: ["operations"],
  summary: "Give this document",
  responses: { 200: json(z.record(z.string(), z.unknown()), "An OpenAPI 3.1 document"), ...problems(400) },
});

/** The text is made once, at the first request. */
export function openapi(text: () => string): Handler {
  let made: string | undefined;
  return () => {
    made ??= text();
    return made;
  };
}
