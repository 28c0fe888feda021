import { type Fault, FeatstoreError } from "./errors";
import { eachElement, eachMember, JsonTextError } from "./json-text";

/**
 * Splits a JSON object into the texts of its members, because a parsed number no longer distinguishes 7 from 7.0. A
 * member's text is not validated: the caller has to parse it.
 * Errors: `invalid_json`; `invalid_body` for members that are unknown, repeated, or missing though required.
 */
export function bodyMembers<Name extends string, Required extends Name>(
  body: string,
  names: readonly Name[],
  required: readonly Required[],
): { readonly [Key in Name]?: string } & { readonly [Key in Required]: string } {
  const members: { [Key in Name]?: string } = {};
  const faults: Fault[] = [];
  try {
    eachMember(body, (name, value) => {
      const known = names.find((candidate) => candidate === name);
      if (known === undefined) {
        faults.push({ path: name.slice(0, 60), detail: `unknown member; expected one of ${names.join(", ")}` });
      } else if (members[known] !== undefined) {
        faults.push({ path: known, detail: "it occurs twice" });
      } else {
        members[known] = value.text;
      }
    });
  } catch (error) {
    if (!(error instanceof JsonTextError || error instanceof SyntaxError)) throw error;
    throw invalidBody([{ path: "body", detail: `expected an object, got ${nameOf(parsed(body))}` }]);
  }
  for (const name of required) if (members[name] === undefined) faults.push({ path: name, detail: "it is required" });
  if (faults.length > 0) {
    // A body that is not JSON at all gets `invalid_json`, whatever its members look like.
    parsed(body);
    throw invalidBody(faults);
  }
  return members as { [Key in Name]?: string } & { [Key in Required]: string };
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

/** Returns the texts of an array's elements. Errors: `invalid_json`, `invalid_body` if it is not an array. */
export function elementTexts(text: string, path: string): readonly string[] {
  const elements: string[] = [];
  try {
    eachElement(text, (element) => void elements.push(element));
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    parsed(text);
    throw invalidBody([{ path, detail: "it must be an array" }]);
  }
  return elements;
}

/** Parses a JSON text. Errors: `invalid_json`. */
export function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (cause) {
    throw invalidJson(cause);
  }
}

function invalidJson(cause: unknown): FeatstoreError {
  const reason = cause instanceof Error ? cause.message : "it cannot be parsed";
  return new FeatstoreError("invalid_json", `The body is not JSON: ${reason.slice(0, 200)}.`, { cause });
}

export function invalidBody(faults: readonly Fault[]): FeatstoreError {
  const [first] = faults;
  return new FeatstoreError("invalid_body", first ? `${first.path}: ${first.detail}.` : "The body is not valid.", {
    errors: faults.slice(0, 20),
  });
}
