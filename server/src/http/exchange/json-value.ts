import { eachMember, type Fault, invalidBody, parsed } from "../../core/index";

/**
 * Parses a JSON body. The members of `exact` keep their texts, unparsed. Errors: `invalid_json`, `invalid_body` for a
 * member that is repeated.
 */
export function jsonValue(body: string, exact: ReadonlySet<string>): unknown {
  const value = parsed(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = new Map<string, unknown>(Object.entries(value));
  const seen = new Set<string>();
  const repeated: Fault[] = [];
  eachMember(body, (name, { text }) => {
    if (seen.has(name)) repeated.push({ path: name.slice(0, 60), detail: "it is sent twice" });
    seen.add(name);
    if (exact.has(name)) members.set(name, text);
  });
  if (repeated.length > 0) throw invalidBody(repeated);
  return Object.fromEntries(members);
}
