import { createRoute, z } from "@hono/zod-openapi";
import { problems } from "../contract/problem-responses";
import { codes, open } from "../contract/responses";

export const docsErrorsContract = createRoute({
  method: "get",
  path: "/docs/errors",
  operationId: "docsErrors",
  tags: ["operations"],
  summary: "Show all error codes with cause and fix",
  description: "The `type` of a problem document leads to the entry of its code.",
  security: open,
  responses: {
    200: {
      description: "A page that loads nothing from other servers",
      content: { "text/html": { schema: z.string() } },
    },
    ...problems(...codes.open),
  },
});
