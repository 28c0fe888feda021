import { eachMember, type Fault, invalidBody, parsed } from "../../core/index";

/**
 * Parses a JSON body. The members of `exact` keep their texts, unparsed. Errors: `invalid_json`, `invalid_body` for a
 * member that is repeated, also in an object within (but for those of `exact`, whose readers look themselves).
 */
export function jsonValue(body: string, exact: ReadonlySet<string>): unknown {
  const value = parsed(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = new Map<string, unknown>(Object.entries(value));
  const seen = new Set<string>();
  const repeated: Fault[] = [];
  eachMember(body, (name, { text }) => {
    if (seen.has(name)) repeated.push(twice(name));
    seen.add(name);
    if (exact.has(name)) members.set(name, text);
    else if (/^[{[]/.test(text)) repeated.push(...repeatedWithin(text, name));
  });
  if (repeated.length > 0) throw invalidBody(repeated);
  return Object.fromEntries(members);
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/** An object or an array that is not yet closed. */
interface OpenPart {
  readonly path: string;
  /** The names so far; null: an array. */
  readonly names: Set<string> | null;
  /** The name or the position of the current element. */
  key: string;
  position: number;
}

/** Finds repeated members in a JSON text that parses. A loop and not a recursion: a body may be nested deeply. */
function repeatedWithin(text: string, root: string): readonly Fault[] {
  const faults: Fault[] = [];
  const open: OpenPart[] = [];
  let isName = false;
  for (const [token] of text.matchAll(TOKENS)) {
    const part = open.at(-1);
    if (token === "{" || token === "[") {
      const path = part === undefined ? root : part.names === null ? `${part.path}[${part.position}]` : part.key;
      open.push({ path, names: token === "{" ? new Set() : null, key: "", position: 0 });
      isName = token === "{";
    } else if (token === "}" || token === "]") {
      open.pop();
      isName = false;
    } else if (token === ",") {
      if (part !== undefined) part.position++;
      isName = part?.names !== null;
    } else if (isName && part?.names) {
      const name = String(JSON.parse(token));
      part.key = `${part.path}.${name.slice(0, 60)}`;
      if (part.names.has(name)) faults.push(twice(part.key));
      part.names.add(name);
      isName = false;
    }
  }
  return faults;
}

function twice(path: string): Fault {
  return { path: path.slice(0, 200), detail: "it occurs twice" };
}
