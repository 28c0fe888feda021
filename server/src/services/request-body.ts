import { type Fault, FeatstoreError } from "../errors";
import { eachElement, eachMember, JsonTextError } from "./json-text";

/**
 * The members of a request's JSON object as texts, since a parsed number no longer tells 7 from 7.0. A member's text is
 * not thereby valid JSON: whoever uses it checks it.
 * Errors: `invalid_json`; `invalid_body` for members that are unknown, given twice, or absent though required.
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
        faults.push({ path: name.slice(0, 60), detail: `there is no such member; there are ${names.join(", ")}` });
      } else if (members[known] !== undefined) {
        faults.push({ path: known, detail: "it is given twice" });
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
    // A body that is no JSON at all is told so, whatever its members look like.
    parsed(body);
    throw invalidBody(faults);
  }
  return members;
}

/** The texts of an array's elements. Errors: `invalid_json`, `invalid_body` where it is no array. */
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

/** The value of a JSON text. Errors: `invalid_json`. */
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

/** The string that a member is; undefined where it is absent. Errors: `invalid_json`, `invalid_body`. */
export function stringMember(text: string | undefined, path: string): string | undefined {
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (typeof value === "string") return value;
  throw invalidBody([{ path, detail: "it must be a string" }]);
}

/** The one of several strings that a member is. Errors: as of `stringMember`. */
export function choiceMember<Choice extends string>(
  text: string | undefined,
  path: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = stringMember(text, path);
  if (value === undefined) return undefined;
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) throw invalidBody([{ path, detail: `it is one of ${choices.join(", ")}` }]);
  return chosen;
}

/** The boolean that a member is. Errors: as of `stringMember`. */
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
