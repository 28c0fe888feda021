import { repeatedMembers } from "./json-texts";
import type { Operation, Parameter } from "./operations";

/** A request as it is sent. */
export interface TestRequest {
  readonly operation: Operation;
  /** The segments of path parameters by name, percent-encoded. */
  readonly segments: ReadonlyMap<string, string>;
  /** Percent-encoded, without the question mark. */
  readonly query: string;
  /** By lower-case name. Without the content type. */
  readonly headers: ReadonlyMap<string, string>;
  readonly contentType: string | null;
  readonly body: string | null;
}

/** One reason why the document refuses a request. */
export interface Refusal {
  readonly at: "path" | "query" | "header" | "body";
  readonly reason: string;
}

/**
 * Validates a request with the schemas of `docs/openapi.json`; no refusal: the document accepts it. Three rules are not
 * in a schema, but in the description of the API: parameters and members that are unknown or repeated are refused, and
 * texts are UTF-8.
 */
export function refusalsOf(request: TestRequest): readonly Refusal[] {
  return [...pathRefusals(request), ...queryRefusals(request), ...headerRefusals(request), ...bodyRefusals(request)];
}

function pathRefusals({ operation, segments }: TestRequest): readonly Refusal[] {
  return operation.parameters
    .filter((parameter) => parameter.in === "path")
    .flatMap((parameter) => valueRefusals(operation, parameter, decoded(segments.get(parameter.name) ?? "")));
}

function queryRefusals({ operation, query, contentType }: TestRequest): readonly Refusal[] {
  // Pages and probes ignore a query.
  if (!operation.path.startsWith("/api/")) return [];
  // Its parameters belong to requests whose body is the spine.
  const isOfBody = operation.id === "createTrainingSet" && isJson(contentType);
  const parameters = operation.parameters.filter((parameter) => parameter.in === "query" && !isOfBody);
  const values = new Map<string, string | undefined>();
  const refusals: Refusal[] = [];
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decoded((equals === -1 ? pair : pair.slice(0, equals)).replaceAll("+", " "));
    const value = decoded((equals === -1 ? "" : pair.slice(equals + 1)).replaceAll("+", " "));
    if (!parameters.some((parameter) => parameter.name === name)) {
      refusals.push({ at: "query", reason: `${name ?? pair} is unknown` });
    } else if (name !== undefined && values.has(name)) refusals.push({ at: "query", reason: `${name} is repeated` });
    else if (name !== undefined) values.set(name, value);
  }
  for (const parameter of parameters) {
    if (values.has(parameter.name)) refusals.push(...valueRefusals(operation, parameter, values.get(parameter.name)));
    else if (parameter.required === true)
      refusals.push({ at: "query", reason: `${parameter.name} is absent, although required` });
  }
  return refusals;
}

function headerRefusals({ operation, headers }: TestRequest): readonly Refusal[] {
  return operation.parameters
    .filter((parameter) => parameter.in === "header")
    .flatMap((parameter) => {
      const value = headers.get(parameter.name.toLowerCase());
      return value === undefined ? [] : valueRefusals(operation, parameter, value);
    });
}

/** `text`: undefined if its percent-encoding is invalid. */
function valueRefusals(operation: Operation, parameter: Parameter, text: string | undefined): readonly Refusal[] {
  const { name, in: at } = parameter;
  if (text === undefined) return [{ at, reason: `${name} has an invalid percent-encoding` }];
  // The text of an integer is that of its JSON form without fraction and exponent.
  const isNumber = parameter.schema.type === "integer" && /^(?:0|-?[1-9]\d*)$/.test(text);
  const validate = operation.parameterValidator(parameter);
  if (validate(isNumber ? Number(text) : text)) return [];
  return [{ at, reason: `${name} ${validate.errors?.map(({ message }) => message).join(", ")}` }];
}

function bodyRefusals({ operation, contentType, body }: TestRequest): readonly Refusal[] {
  const refusal = (reason: string): readonly Refusal[] => [{ at: "body", reason }];
  if (operation.bodies.size === 0) return [];
  if (body === null || body === "") return refusal("the body is absent, although required");
  if (!isUtf8(contentType)) return refusal(`the content type ${contentType} is not UTF-8`);
  if (!isJson(contentType)) {
    return operation.bodies.has(nameOf(contentType)) ? [] : refusal(`the content type ${contentType} is unknown`);
  }
  let value: unknown;
  // A byte order mark is no part of the text.
  const text = body.replace(/^\uFEFF/, "");
  try {
    value = JSON.parse(text);
  } catch {
    return refusal("the body is not JSON");
  }
  const isRowAlone = failsRowsAlone(operation, value);
  const repeated = repeatedMembers(text).filter((path) => !(isRowAlone && path.startsWith(".ids[")));
  if (repeated.length > 0) return refusal(`${repeated.join(", ")} is repeated`);
  const validate = operation.bodyValidator();
  const withValidIds = isRowAlone ? Object.assign({}, value, { ids: [1] }) : value;
  if (validate(withValidIds)) return [];
  return refusal((validate.errors ?? []).map((each) => `${each.instancePath} ${each.message}`).join(", "));
}

/** Returns whether an id of a batch, whatever it is, fails only its row. */
function failsRowsAlone({ id }: Operation, body: unknown): boolean {
  if (id !== "readFeaturesBatch" || typeof body !== "object" || body === null) return false;
  const { on_invalid_id: onInvalidId, ids } = body as { readonly on_invalid_id?: unknown; readonly ids?: unknown };
  return onInvalidId === "null" && Array.isArray(ids) && ids.length > 0;
}

const nameOf = (contentType: string | null): string => (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** Every type with the suffix `+json` is read as JSON (RFC 6839). */
export function isJson(contentType: string | null): boolean {
  return /^application\/(?:json|[a-z0-9.-]+\+json)$/.test(nameOf(contentType));
}

function isUtf8(contentType: string | null): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType ?? "")?.[1]?.toLowerCase();
  return charset === undefined || charset === "utf-8" || charset === "utf8";
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
