import {
  eachElement,
  eachMember,
  type Fault,
  FeatstoreError,
  invalidBody,
  invalidJson,
  JsonTextError,
  type OwnParameters,
  parsed,
  settingLabel,
} from "../core/index";
import type { SelectionRequest } from "./selection/resolve-selection";

const MEMBERS = [
  "entity",
  "ids",
  "features",
  "service",
  "services",
  "inputs",
  "inputs_by_row",
  "metadata",
  "latency_budget_ms",
  "on_invalid_id",
  "as_of",
] as const;

/** The members of a batch request as JSON texts. */
export type BatchRequest = { readonly [Name in (typeof MEMBERS)[number]]?: string } & { readonly ids: string };

/** The members of a batch request that select its columns. */
export interface BatchChoice {
  readonly request: SelectionRequest;
  readonly withMetadata: boolean;
}

/** Parses the members of a request's JSON text. Errors: `invalid_json`, `invalid_body`. */
export function parseBatch(body: string): BatchRequest {
  const members: Record<string, string> = {};
  const faults: Fault[] = [];
  try {
    eachMember(body, (name, value) => {
      if (!MEMBERS.some((member) => member === name)) {
        faults.push({ path: name.slice(0, 60), detail: `unknown member; expected one of ${MEMBERS.join(", ")}` });
      } else if (Object.hasOwn(members, name)) {
        faults.push({ path: name, detail: "it occurs twice" });
      } else {
        members[name] = value.text;
      }
    });
  } catch (error) {
    throw notJson(body, error);
  }
  const { ids, ...rest } = members;
  if (faults.length === 0 && ids === undefined) faults.push({ path: "ids", detail: "it is required" });
  if (ids !== undefined && !ids.startsWith("[")) faults.push({ path: "ids", detail: "it must be an array" });
  if (faults.length > 0 || ids === undefined) {
    // A body that is not JSON at all gets `invalid_json`, whatever its members look like.
    parsed(body);
    throw invalidBody(faults);
  }
  return { ids, ...rest };
}

/** The maximum number of ids in a request, and the setting that defines it. */
export interface IdLimit {
  readonly max: number;
  /** Null: the limit is the caller's. */
  readonly setting: "limits.batch_ids" | "limits.as_of_ids" | null;
}

/** Returns the lower of the server's limit and the caller's. */
export function idLimitOf(limit: IdLimit, callersMax = Number.POSITIVE_INFINITY): IdLimit {
  return callersMax < limit.max ? { max: callersMax, setting: null } : limit;
}

/** Calls `onId` with the JSON text of each id. Errors: `ids_empty`, `too_many_ids`, `invalid_json`. */
export function eachId(text: string, limit: IdLimit, onId: (id: string, position: number) => void): void {
  let count = 0;
  try {
    eachElement(text, (id, position) => {
      if (position === limit.max) throw tooManyIds(limit);
      count++;
      onId(id, position);
    });
  } catch (error) {
    throw error instanceof JsonTextError ? notJson(text, error) : error;
  }
  if (count === 0) throw noIds();
}

export function noIds(): FeatstoreError {
  return new FeatstoreError("ids_empty", "ids: send at least one id.", {
    errors: [{ path: "ids", detail: "it is empty" }],
  });
}

export function tooManyIds({ max, setting }: IdLimit): FeatstoreError {
  const name = setting === null ? "that of this API key or its organisation" : settingLabel(setting);
  return new FeatstoreError(
    "too_many_ids",
    `One request can have at most ${max} ids: send the rest in another request. The limit is ${name}.`,
    {
      errors: [{ path: "ids", detail: `it has more than ${max} ids` }],
    },
  );
}

/** Parses the members that select columns. Errors: `invalid_json`, `invalid_body`. */
export function parseBatchChoice(request: BatchRequest): BatchChoice {
  const faults: Fault[] = [];
  const string = (path: "entity" | "service"): string | undefined => {
    const value = parseMember(request[path]);
    if (value === undefined || typeof value === "string") return value;
    faults.push({ path, detail: "it must be a string" });
    return undefined;
  };
  const strings = (path: "features" | "services"): readonly string[] | undefined => {
    const member = parseMember(request[path]);
    if (member === undefined) return undefined;
    if (!Array.isArray(member) || member.length === 0) {
      faults.push({ path, detail: "it must be an array of at least one string" });
      return undefined;
    }
    return member.flatMap((value: unknown, index): readonly string[] => {
      if (typeof value === "string") return [value];
      faults.push({ path: `${path}[${index}]`, detail: "it must be a string" });
      return [];
    });
  };
  const entity = string("entity");
  const service = string("service");
  const services = strings("services");
  const features = strings("features");
  const metadata = parseMember(request.metadata);
  if (metadata !== undefined && typeof metadata !== "boolean")
    faults.push({ path: "metadata", detail: "it must be true or false" });
  if (service !== undefined && services !== undefined)
    faults.push({ path: "services", detail: "send either service or services, not both" });
  if (faults.length > 0) throw invalidBody(faults);
  return {
    request: { entity, features, service, services },
    withMetadata: metadata === true,
  };
}

/** Returns whether an unreadable id fails only its row. Errors: `invalid_json`, `invalid_body`. */
export function failsRowAlone({ on_invalid_id: text }: BatchRequest): boolean {
  const value = text === undefined ? "reject" : parseMember(text);
  if (value === "reject" || value === "null") return value === "null";
  throw invalidBody([{ path: "on_invalid_id", detail: 'it is "reject" or "null"' }]);
}

/** Parses the parameters that vary from request to request. Errors: `invalid_json`, `invalid_body`. */
export function ownOf(request: BatchRequest): OwnParameters {
  if (request.as_of === undefined) return request;
  const value = parseMember(request.as_of);
  if (typeof value === "string") return { ...request, as_of: value };
  throw invalidBody([{ path: "as_of", detail: "it must be a string" }]);
}

/** Parses a member's value; undefined if it is absent. Errors: `invalid_json`. */
function parseMember(text: string | undefined): unknown {
  return text === undefined ? undefined : parsed(text);
}

function notJson(text: string, error: unknown): FeatstoreError {
  if (error instanceof JsonTextError) {
    return invalidBody([{ path: "body", detail: `expected an object, got ${nameOf(parsed(text))}` }]);
  }
  return invalidJson(error);
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
