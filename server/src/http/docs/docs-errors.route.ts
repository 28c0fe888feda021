import { createRoute, z } from "@hono/zod-openapi";
import { html, raw } from "hono/html";
import { type ErrorCode, errorGroups, errorsIntroduction, errorTable, withVariables } from "../../core/index";
import { codes, open, problems } from "../contract/responses";
import type { Handler } from "../exchange/exchange";
import { pageHeaders } from "./page-headers";

export const docsErrorsContract = createRoute({
  method: "get",
  path: "/docs/errors",
  operationId: "docsErrors",
  tags: ["operations"],
  summary: "Show all error codes with cause and fix",
  description: "The `type` of a problem document leads to the entry of its code.",
  security: open,
  responses: {
    200: { description: "A page without scripts", content: { "text/html": { schema: z.string() } } },
    ...problems(...codes.open),
  },
});

const STYLE = `
:root{color-scheme:light dark;--line:#d0d7de;--soft:#f3f4f6;--mark:#fff8c5;--link:#0550ae}
@media (prefers-color-scheme:dark){:root{--line:#3d444d;--soft:#262c36;--mark:#3a3000;--link:#6cb6ff}}
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1.5rem 1rem 4rem}
a{color:var(--link)}
code{font:.9em ui-monospace,monospace;background:var(--soft);padding:.1em .3em;border-radius:3px;overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1rem;list-style:none;padding:0}
h2{margin:3rem 0 0;border-bottom:1px solid var(--line)}
section{padding:.1rem .6rem;margin:1rem -.6rem;border-radius:6px}
section:target{background:var(--mark)}
h3{font-size:1rem;margin:.6rem 0 0}
h3 a{color:inherit;text-decoration:none}
p{margin:.4rem 0}
`;

/** The texts of the table, where code stands in backticks. */
function prose(text: string) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

/** With a hyphen, which no code has: their ids stand in the same page. */
function idOf(title: string): string {
  return title.toLowerCase().replaceAll(" ", "-");
}

function entry(code: ErrorCode) {
  const { title, cause, fix } = errorTable[code];
  return html`<section id="${code}"><h3><a href="#${code}"><code>${code}</code></a></h3>
<p>${title}.</p>
<p><strong>Cause:</strong> ${prose(withVariables(cause))}</p>
<p><strong>Fix:</strong> ${prose(withVariables(fix))}</p></section>
`;
}

function page(): string {
  return `<!doctype html>
${html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Featstore errors</title><link rel="icon" href="/favicon.ico" type="image/svg+xml"><style>${raw(STYLE)}</style></head>
<body><h1>Errors</h1>
${errorsIntroduction.map((paragraph) => html`<p>${prose(paragraph)}</p>`)}
<p>The operations are at <a href="/docs">/docs</a>.</p>
<nav aria-label="Statuses"><ul>${errorGroups.map(({ title }) => html`<li><a href="#${idOf(title)}">${title}</a></li>`)}</ul></nav>
${errorGroups.map(
  ({ title, note, codes }) => html`<h2 id="${idOf(title)}">${title}</h2>
${note === null ? "" : html`<p>${prose(note)}</p>`}
${codes.map(entry)}`,
)}
</body></html>`}
`;
}

/** The page is rendered once, at the first request. */
export function docsErrors(): Handler {
  let rendered: string | undefined;
  return () => {
    rendered ??= page();
    return { status: 200, contentType: "text/html; charset=utf-8", body: rendered, headers: pageHeaders };
  };
}
