import { createRoute } from "@hono/zod-openapi";
import type { Handler } from "../exchange/exchange";

export const docsSlashContract = createRoute({
  method: "get",
  path: "/docs/",
  hide: true,
  responses: { 308: { description: "The page is at /docs" } },
});

export function docsSlash(): Handler {
  return () => ({ status: 308, contentType: "text/plain", body: "/docs\n", headers: { location: "/docs" } });
}
