import { createRoute, z } from "@hono/zod-openapi";
import { html } from "hono/html";
import { errorTable } from "../error-table";
import { type ErrorCode, httpErrorCodes } from "../errors";
import type { Handler } from "../middleware/exchange";
import { problems } from "./schemas";

export const docsContract = createRoute({
  method: "get",
  path: "/docs",
  operationId: "docs",
  tags: ["operations"],
  summary: "Show this document as a page",
  responses: {
    200: { description: "A page that needs nothing from elsewhere", content: { "text/html": { schema: z.string() } } },
    ...problems(400),
  },
});

/** What the page reads of an OpenAPI document. */
export interface DocumentedApi {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths?: Readonly<Record<string, object>>;
}

const Operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.unknown()).optional(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.string(),
        required: z.boolean().optional(),
        description: z.string().optional(),
        schema: z.object({ description: z.string().optional() }).loose().optional(),
      }),
    )
    .optional(),
  responses: z.record(z.string(), z.object({ description: z.string() })),
});

type Operation = z.infer<typeof Operation>;

const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}" +
  "code{font:.9em ui-monospace,monospace;background:#f3f4f6;padding:.1em .3em;border-radius:3px}" +
  "h2{margin-top:2.5rem;border-top:1px solid #d0d7de;padding-top:1rem}table{border-collapse:collapse;width:100%}" +
  "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #d8dee4}a{color:#0550ae}";

function operationSection(method: string, path: string, operation: Operation) {
  return html`<section id="${operation.operationId}" aria-labelledby="${operation.operationId}-title">
    <h2 id="${operation.operationId}-title"><code>${method.toUpperCase()} ${path}</code></h2>
    <p>${operation.summary}. ${operation.description ?? ""} ${operation.security ? "" : "Needs no key."}</p>
    ${
      operation.parameters
        ? html`<table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Meaning</th></tr></thead><tbody>
      ${operation.parameters.map(
        (parameter) =>
          html`<tr><td><code>${parameter.name}</code>${parameter.required ? " (required)" : ""}</td><td>${parameter.in}</td><td>${parameter.description ?? parameter.schema?.description ?? ""}</td></tr>`,
      )}</tbody></table>`
        : ""
    }
    <table><thead><tr><th scope="col">Status</th><th scope="col">Answer</th></tr></thead><tbody>
      ${Object.entries(operation.responses).map(
        ([status, response]) => html`<tr><td>${status}</td><td>${response.description}</td></tr>`,
      )}</tbody></table></section>`;
}

function errorRow(code: ErrorCode) {
  const { status, title } = errorTable[code];
  return html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`;
}

function page(document: DocumentedApi): string {
  const sections = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const parsed = Operation.safeParse(operation);
      return parsed.success ? [operationSection(method, path, parsed.data)] : [];
    }),
  );
  return `<!doctype html>${html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
    <title>${document.info.title} API</title><style>${STYLE}</style></head><body><main>
    <h1>${document.info.title} API ${document.info.version}</h1>
    <p>${document.info.description ?? ""}</p>
    <p>The machine-readable form is <a href="/openapi.json">/openapi.json</a>.</p>
    ${sections}
    <section id="errors" aria-labelledby="errors-title"><h2 id="errors-title">Error codes</h2>
    <p>Errors are problem documents (RFC 9457), <code>application/problem+json</code>, with one of these codes.</p>
    <table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Title</th></tr></thead><tbody>
    ${httpErrorCodes.map(errorRow)}</tbody></table></section>
    </main></body></html>`}`;
}

/** The page is rendered once, at the first request. */
export function docs(document: () => DocumentedApi): Handler {
  let rendered: string | undefined;
  return () => {
    rendered ??= page(document());
    return { status: 200, contentType: "text/html; charset=utf-8", body: rendered };
  };
}
