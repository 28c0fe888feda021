import { type Fault, FeatstoreError } from "./errors";
import { eachElement, eachMember, JsonTextError } from "./json-text";

/**
 * Splits a JSON object into the texts of its members, because a parsed number no longer distinguishes 7 from 7.0. A
 * member's text is not validated: the caller has to parse it.
 * Errors: `invalid_json`; `invalid_body` for members that are unknown, repeated, or missing though required.
 */
export function bodyMembers<Name extends string>(
  body: string,
  names: readonly Name[],
  required: readonly Name[],
): { readonly [Key in Name]?: string } {
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
    parsed(body);
    throw invalidBody([{ path: "body", detail: "it must be an object" }]);
  }
  for (const name of required) if (members[name] === undefined) faults.push({ path: name, detail: "it is required" });
  if (faults.length > 0) {
    // A body that is not JSON at all gets `invalid_json`, whatever its members look like.
    parsed(body);
    throw invalidBody(faults);
  }
  return members;
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

export function invalidJson(cause: unknown): FeatstoreError {
  const reason = cause instanceof Error ? cause.message : "it cannot be parsed";
  return new FeatstoreError("invalid_json", `The body is not JSON: ${reason.slice(0, 200)}.`, { cause });
}

/** Parses a string member; undefined if it is absent. Errors: `invalid_json`, `invalid_body`. */
export function stringMember(text: string | undefined, path: string): string | undefined {
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (typeof value === "string") return value;
  throw invalidBody([{ path, detail: "it must be a string" }]);
}

/** Parses a member that is one of several strings. Errors: as for `stringMember`. */
export function choiceMember<Choice extends string>(
  text: string | undefined,
  path: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = stringMember(text, path);
  if (value === undefined) return undefined;
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) throw invalidBody([{ path, detail: `expected one of ${choices.join(", ")}` }]);
  return chosen;
}

/** Parses a boolean member. Errors: as for `stringMember`. */
export function flagMember(text: string | undefined, path: string): boolean | undefined {
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (typeof value === "boolean") return value;
  throw invalidBody([{ path, detail: "it must be true or false" }]);
}

export function invalidBody(faults: readonly Fault[]): FeatstoreError {
  const [first] = faults;
  return new FeatstoreError("invalid_body", first ? `${first.path}: ${first.detail}.` : "The body is not valid.", {
    errors: faults.slice(0, 20),
  });
}
