import { createRoute, z } from "@hono/zod-openapi";
import { problems } from "../contract/problem-responses";
import { codes, open } from "../contract/responses";

export const docsContract = createRoute({
  method: "get",
  path: "/docs",
  operationId: "docs",
  tags: ["operations"],
  summary: "Show this document as a page",
  security: open,
  responses: {
    200: {
      description: "A page that loads nothing from other servers",
      content: { "text/html": { schema: z.string() } },
    },
    ...problems(...codes.open),
  },
});
