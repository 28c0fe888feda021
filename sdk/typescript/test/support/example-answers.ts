import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { json, problem, type SeenRequest } from "./scripted-server";

interface Operation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly "x-codeSamples"?: readonly { readonly lang: string; readonly source: string }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { example?: unknown }>> }>>;
}

const document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../../docs/openapi.json"), "utf8"),
);

/** The operations of the API. `pattern` matches their paths. */
export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    operation,
  })),
);

/** An answer's vectors end early in the examples. */
const vector = Buffer.alloc(4 * 384).toString("base64");

/** Answers as the example of the operation; 404 if it answers with a file or an export, which has no end in its example. */
export function answerExample({ method, url }: SeenRequest, response: ServerResponse): void {
  const { pathname } = new URL(url, "http://localhost");
  const found = operations.findLast((each) => each.method === method && each.pattern.test(pathname));
  const success = Object.entries(found?.operation.responses ?? {}).find(([status]) => status.startsWith("2"));
  const example = success?.[1].content?.["application/json"]?.example;
  if (success === undefined || example === undefined || found?.operation.operationId === "readDatasetExport")
    problem(response, 404, "path_not_found");
  else json(response, Number(success[0]), JSON.parse(JSON.stringify(example).replaceAll(/"[^"]*…"/g, `"${vector}"`)));
}
