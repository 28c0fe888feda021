import { createRoute, z } from "@hono/zod-openapi";
import { codes, open, problems } from "../contract/responses";
import type { Handler } from "../exchange/exchange";
import { pageHeaders } from "./page-headers";

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

/**
 * Styles for which Scalar has no option: its link to its own site, the outline of a section that an address
 * leads to, lines, lists of statuses and lists of codes that are cut, and a button for copying that a finger never finds.
 */
const STYLE = `
#app a[href*="//www.scalar.com"] { display: none }
#app section:focus-visible { outline: none }
#app pre, #app pre * { width: auto; white-space: pre-wrap; overflow-wrap: anywhere }
#app .markdown-summary, #app .markdown-summary * { display: inline; overflow: visible; white-space: normal }
#app .tab-list { flex-wrap: wrap }
#app .scalar-code-copy { opacity: 1 }
#app pre { padding-top: 40px }
`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Featstore API</title>
<link rel="icon" href="/favicon.ico" type="image/svg+xml">
<style>${STYLE}</style>
</head>
<body>
<noscript>
<h1>Featstore API</h1>
<p>This page needs JavaScript. Without it, read <a href="/openapi.json">the OpenAPI document</a> and <a href="/docs/errors">the error codes</a>.</p>
</noscript>
<div id="app"></div>
<script src="/docs/scalar.js"></script>
<script src="/docs/viewer.js"></script>
</body>
</html>
`;

/** The page of the viewer: it loads `/docs/scalar.js`, which shows `/openapi.json`. */
export function docs(): Handler {
  return () => ({ status: 200, contentType: "text/html; charset=utf-8", body: PAGE, headers: pageHeaders });
}
