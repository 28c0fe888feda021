import { createRoute, z } from "@hono/zod-openapi";
import { problems } from "../contract/problem-responses";
import { codes, json, jsonText, open } from "../contract/responses";
import { acceptedType } from "../exchange/accepted-type";
import type { Handler } from "../exchange/exchange";

const Entry = z
  .object({
    name: z.literal("featstore"),
    version: z.string().describe("The version of the server"),
    api: z.string().describe("The path of all operations that need a key"),
    openapi: z.string(),
    docs: z.string(),
    errors: z.string(),
    health: z.string(),
  })
  .openapi("Entry");

export const entryContract = createRoute({
  method: "get",
  path: "/",
  operationId: "entry",
  tags: ["operations"],
  summary: "List the paths of the server",
  description: "Redirects a browser, which accepts `text/html`, to `/docs`.",
  security: open,
  responses: {
    200: json(Entry, "The paths of the server", {
      name: "featstore",
      version: "0.1.0",
      api: "/api",
      openapi: "/openapi.json",
      docs: "/docs",
      errors: "/docs/errors",
      health: "/health",
    }),
    302: { description: "Redirects to the page of the API, for a browser" },
    ...problems(...codes.open, "not_acceptable"),
  },
});

export function entry(version: string): Handler {
  const paths = { api: "/api", openapi: "/openapi.json", docs: "/docs", errors: "/docs/errors", health: "/health" };
  const body = jsonText(Entry, { name: "featstore", version, ...paths });
  return (request) => {
    const type = acceptedType(request.header("accept"), ["application/json", "text/html"]);
    if (type === "application/json")
      return { status: 200, contentType: "application/json", body, headers: { vary: "accept" } };
    const headers = { location: paths.docs, vary: "accept" };
    return { status: 302, contentType: "text/plain", body: `${paths.docs}\n`, headers };
  };
}
