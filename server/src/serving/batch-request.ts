import {
  bodyMembers,
  eachElement,
  type Fault,
  FeatstoreError,
  invalidBody,
  JsonTextError,
  parsed,
  settingLabel,
} from "../core/index";
import { memberNames } from "../http/index";
import { BatchRequest } from "./feature-schema";
import { NONE, type OwnParameters } from "./own-parameters";
import type { SelectionRequest } from "./selection/resolve-selection";

const MEMBERS = memberNames(BatchRequest);

/** The members of a batch request as JSON texts. */
export type BatchTexts = ReturnType<typeof parseBatch>;

/** The members of a batch request that select its columns. */
export interface BatchChoice {
  readonly request: SelectionRequest;
  readonly withMetadata: boolean;
}

/** Splits a request's JSON text into those of its members. Errors: `invalid_json`, `invalid_body`. */
export function parseBatch(body: string) {
  const members = bodyMembers(body, MEMBERS, ["ids"]);
  if (members.ids.startsWith("[")) return members;
  // A body that is not JSON at all gets `invalid_json`, whatever its members look like.
  parsed(body);
  throw invalidBody([{ path: "ids", detail: "it must be an array" }]);
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
    // Says what is wrong in the words of a parser.
    if (error instanceof JsonTextError) parsed(text);
    throw error;
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
export function parseBatchChoice(request: BatchTexts): BatchChoice {
  const faults: Fault[] = [];
  const string = (path: "entity" | "service"): string | undefined => {
    const value = parseMember(request[path]);
    if (value === undefined || (typeof value === "string" && value !== "")) return value;
    faults.push({ path, detail: value === "" ? "it is empty" : "it must be a string" });
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
export function failsRowAlone({ on_invalid_id: text }: BatchTexts): boolean {
  const value = text === undefined ? "reject" : parseMember(text);
  if (value === "reject" || value === "null") return value === "null";
  throw invalidBody([{ path: "on_invalid_id", detail: 'it is "reject" or "null"' }]);
}

/** Parses the parameters that vary from request to request. Errors: `invalid_json`, `invalid_body`. */
export function ownOf({ as_of: time, latency_budget_ms: budget }: BatchTexts): OwnParameters {
  if (time === undefined && budget === undefined) return NONE;
  const as_of = parseMember(time);
  if (as_of !== undefined && typeof as_of !== "string")
    throw invalidBody([{ path: "as_of", detail: "it must be a string" }]);
  // JSON also writes the integer 100 as `100.0` or `1e2`.
  return { as_of, latency_budget_ms: budget === undefined ? undefined : JSON.stringify(parsed(budget)) };
}

/** Parses a member's value; undefined if it is absent. Errors: `invalid_json`. */
function parseMember(text: string | undefined): unknown {
  return text === undefined ? undefined : parsed(text);
}
