import { createRoute, z } from "@hono/zod-openapi";
import { problems } from "../contract/problem-responses";
import { codes, json, open } from "../contract/responses";
import type { Handler } from "../exchange/exchange";

export const openapiContract = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "openapi",
  tags: ["operations"],
  summary: "Read this document",
  security: open,
  responses: {
    200: json(z.record(z.string(), z.unknown()), "An OpenAPI 3.1 document", {
      openapi: "3.1.0",
      info: { title: "Featstore" },
    }),
    ...problems(...codes.open),
  },
});

/** The text is made once, at the first request. */
export function openapi(text: () => string): Handler {
  let made: string | undefined;
  return () => {
    made ??= text();
    return made;
  };
}
