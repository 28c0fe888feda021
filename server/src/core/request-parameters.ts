import { type Fault, FeatstoreError } from "./errors";
import { settingLabel } from "./settings";

/** Parameters that vary from request to request while the rest stays the same. */
const OWN = ["inputs", "latency_budget_ms", "as_of"] as const;
const MENTIONED = /(?:^|&)(?:inputs|latency_budget_ms|as_of|[^&=]*%)/;

export type OwnParameters = { readonly [Name in (typeof OWN)[number]]?: string };

/** The value for every request without such parameters. */
export const NONE: OwnParameters = {};

/**
 * Separates the parameters of `OWN` from the rest of a raw query. Errors: `invalid_parameter` for one that is repeated,
 * empty, or has an invalid percent-encoding.
 */
export function splitQuery(rawQuery: string): { readonly query: string; readonly own: OwnParameters } {
  if (!MENTIONED.test(rawQuery)) return { query: rawQuery, own: NONE };
  const pairs = rawQuery.split("&");
  const own = pairs.filter(isOwn);
  if (own.length === 0) return { query: rawQuery, own: NONE };
  return { query: pairs.filter((pair) => !isOwn(pair)).join("&"), own: parseQuery(own.join("&"), OWN) };
}

function isOwn(pair: string): boolean {
  const [name = ""] = pair.split("=", 1);
  try {
    const decoded = decodeURIComponent(name);
    return OWN.some((own) => own === decoded);
  } catch {
    return false;
  }
}

/**
 * Returns the time limit of a read in milliseconds: the request's budget, else `deadlineMs`. `text` is the parameter or
 * member, `setting` the source of `deadlineMs`. `refuse` builds the error.
 */
export function deadlineOf(
  text: string | undefined,
  deadlineMs: number,
  setting: "deadlines.read_ms" | "deadlines.as_of_ms",
  refuse: (faults: readonly Fault[]) => FeatstoreError,
): number {
  if (text === undefined) return deadlineMs;
  const budget = /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : 0;
  if (budget >= 1 && budget <= deadlineMs) return budget;
  const range = `expected an integer from 1 to ${Math.floor(deadlineMs)}; the limit is ${settingLabel(setting)}`;
  throw refuse([{ path: "latency_budget_ms", detail: range }]);
}

export function invalidParameter(faults: readonly Fault[]): FeatstoreError {
  const errors = faults.map(({ path, detail }) => ({ path: `query.${path}`, detail }));
  const [first] = errors;
  return new FeatstoreError(
    "invalid_parameter",
    first ? `${first.path}: ${first.detail}.` : "A parameter is invalid.",
    {
      errors,
    },
  );
}

/**
 * Parses a raw query. Errors: `unknown_parameter` for an unknown name, `invalid_parameter` for a parameter that is
 * repeated, empty, or has an invalid percent-encoding.
 */
export function parseQuery<Name extends string>(
  query: string,
  known: readonly Name[],
): { readonly [Key in Name]?: string } {
  const values: { [Key in Name]?: string } = {};
  const unknown: Fault[] = [];
  const invalid: Fault[] = [];
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const rawName = equals === -1 ? pair : pair.slice(0, equals);
    const name = decode(rawName);
    const value = decode(equals === -1 ? "" : pair.slice(equals + 1));
    const key = known.find((candidate) => candidate === name);
    if (key === undefined) {
      unknown.push({ path: `query.${rawName.slice(0, 60)}`, detail: "unknown parameter" });
    } else if (value === undefined) {
      invalid.push({ path: `query.${key}`, detail: "invalid percent-encoding" });
    } else if (value === "") {
      invalid.push({ path: `query.${key}`, detail: "it is empty" });
    } else if (values[key] !== undefined) {
      invalid.push({ path: `query.${key}`, detail: "it occurs twice" });
    } else {
      values[key] = value;
    }
  }
  if (unknown.length > 0) {
    const names = unknown
      .map((fault) => `"${fault.path.slice("query.".length)}"`)
      .slice(0, 5)
      .join(", ");
    throw new FeatstoreError(
      "unknown_parameter",
      `Unknown: ${names}. ${known.length === 0 ? "This operation has no parameters." : `Known: ${known.join(", ")}.`}`,
      { errors: unknown.slice(0, 20) },
    );
  }
  const [first] = invalid;
  if (first !== undefined) {
    throw new FeatstoreError("invalid_parameter", `${first.path}: ${first.detail}.`, { errors: invalid.slice(0, 20) });
  }
  return values;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
