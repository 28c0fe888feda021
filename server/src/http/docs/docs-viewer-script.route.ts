import { createRoute } from "@hono/zod-openapi";
import type { Handler } from "../exchange/exchange";

export const docsViewerScriptContract = createRoute({
  method: "get",
  path: "/docs/viewer.js",
  hide: true,
  responses: { 200: { description: "Starts the viewer" } },
});

/** Nothing that would need another server, and nothing that stores a key in the browser. */
const OPTIONS = {
  url: "/openapi.json",
  telemetry: false,
  withDefaultFonts: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  agent: { disabled: true },
  mcp: { disabled: true },
  persistAuth: false,
  documentDownloadType: "direct",
  authentication: { preferredSecurityScheme: "bearer" },
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
} as const;

/** Puts the address that the browser uses into the examples, so that they can be run unchanged. */
const SCRIPT = `Scalar.createApiReference("#app", {
  ...${JSON.stringify(OPTIONS)},
  servers: [{ url: location.origin }],
});
`;

/** A file of its own, because the content security policy allows no inline script. */
export function docsViewerScript(): Handler {
  return () => ({
    status: 200,
    contentType: "text/javascript; charset=utf-8",
    body: SCRIPT,
    headers: { "cache-control": "no-cache" },
  });
}
