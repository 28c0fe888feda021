import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { requireNoSecretIn } from "./require-no-secrets";

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Described>> };
}

interface Operation {
  readonly responses: Readonly<Record<string, Described | { readonly $ref: string }>>;
}

interface Described {
  readonly content?: Readonly<Record<string, unknown>>;
}

/** The location of a body in `docs/openapi.json`. */
export interface BodyLocation {
  readonly path: string;
  /** In lower case. */
  readonly method: string;
  readonly status: string;
  readonly type: string;
}

let opened: AnswerContract | undefined;

type AnswerContract = ReturnType<typeof openContract>;

/** Loads the answers' contract from `docs/openapi.json`. */
export function answerContract(): AnswerContract {
  opened ??= openContract();
  return opened;
}

/**
 * Throws if a response of the server does not match `docs/openapi.json`: its status and media type must be documented,
 * and a JSON body must match its schema. The response can still be read.
 */
export async function checkAnswer(response: Response, method: string, path: string): Promise<void> {
  const { operationAt, responseAt, faultsOf } = answerContract();
  const found = operationAt(method, path);
  const status = String(response.status);
  if (found === undefined || refusedBeforeRouting.has(status)) return;
  const where = `${method} ${found.path} answered ${status}`;
  const described = responseAt(found, status)?.response;
  if (described === undefined) throw new Error(`${where}, which docs/openapi.json does not document`);
  if (described.content === undefined || method === "HEAD") return;
  const type = response.headers.get("content-type")?.split(";")[0] ?? "";
  if (!(type in described.content)) throw new Error(`${where} as ${type}, which docs/openapi.json does not document`);
  // Files of datasets, which may be JSON, and parts of them.
  if (isFile(described.content[type])) return;
  if (!/[/+]json$/.test(type) || response.body === null || response.headers.has("content-encoding")) return;
  const text = await response.clone().text();
  requireNoSecretIn(text, method, path);
  const body: unknown = JSON.parse(text);
  const faults = faultsOf({ path: found.path, method: found.method, status, type }, body);
  if (faults !== "") throw new Error(`${where} with a body that docs/openapi.json does not allow:\n${faults}`);
}

/** Returns whether the media type of a response is documented as bytes. */
export function isFile(content: unknown): boolean {
  return (content as { readonly schema?: { readonly format?: string } } | undefined)?.schema?.format === "binary";
}

/** Statuses with which any request can be rejected before routing. */
const refusedBeforeRouting = new Set(["405", "408", "417", "431"]);

function openContract() {
  const text = readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8");
  const document = closed(JSON.parse(text)) as OpenApiDocument;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false, schemas: { api: document } });
  const patterns = Object.keys(document.paths)
    .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`) }))
    // A literal path comes before one with parameters, as in the router.
    .sort((a, b) => Number(a.path.includes("{")) - Number(b.path.includes("{")));

  /** Finds the response of an operation, in the operation or in the components. */
  const responseAt = ({ path, method }: Pick<BodyLocation, "path" | "method">, status: string) => {
    const response = document.paths[path]?.[method]?.responses[status];
    if (response === undefined) return undefined;
    if (!("$ref" in response)) return { response, pointer: ["paths", path, method, "responses", status] };
    const name = response.$ref.replace("#/components/responses/", "");
    const component = document.components.responses[name];
    return component && { response: component, pointer: ["components", "responses", name] };
  };

  return {
    responseAt,
    operationAt(method: string, path: string) {
      const found = patterns.find(({ pattern }) => pattern.test(path));
      const verb = method === "HEAD" ? "get" : method.toLowerCase();
      const operation = found && document.paths[found.path]?.[verb];
      return operation === undefined ? undefined : { path: found?.path ?? "", method: verb, operation };
    },
    /** Returns the first schema faults of a body, one per line; empty if it has none. */
    faultsOf({ path, method, status, type }: BodyLocation, body: unknown): string {
      const pointer = [...(responseAt({ path, method }, status)?.pointer ?? []), "content", type, "schema"];
      const reference = `api#/${pointer.map((part) => encodeURIComponent(part.replaceAll("/", "~1"))).join("/")}`;
      const validate = ajv.getSchema(reference);
      if (validate === undefined) throw new Error(`docs/openapi.json has no ${reference}`);
      if (validate(body)) return "";
      const shown = (validate.errors ?? []).slice(0, 5);
      const lines = shown.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
      return [...lines, JSON.stringify(body)?.slice(0, 300)].join("\n");
    },
  };
}

/** Forbids undocumented members of objects, so that the document stays complete. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const members = Object.fromEntries(
    // The parts of an `allOf` together describe one object.
    Object.entries(schema).map(([name, value]) => [name, name === "allOf" ? value : closed(value)]),
  );
  const namesMembers = members.type === "object" && members.properties !== undefined;
  const isOpen = members.additionalProperties === undefined && (namesMembers || members.allOf !== undefined);
  return isOpen ? { ...members, unevaluatedProperties: false } : members;
}
