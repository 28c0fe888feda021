import { type Fault, FeatstoreError } from "../errors";
import { settingLabel } from "../settings";
import { parseQuery } from "./query-text";

/** Parameters that differ from request to request while the rest does not. */
const OWN = ["inputs", "latency_budget_ms", "as_of"] as const;
const MENTIONED = /(?:^|&)(?:inputs|latency_budget_ms|as_of|[^&=]*%)/;

export type OwnParameters = { readonly [Name in (typeof OWN)[number]]?: string };

/** Of every request that has none. */
export const NONE: OwnParameters = {};

/**
 * A raw query without the parameters that are a request's own, and those. Errors: `invalid_parameter` where one is given
 * twice, is empty, or its percent signs encode nothing.
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
 * How long a read may take, milliseconds: the budget that the request names, else all of `deadlineMs`. `text` is the
 * parameter's or the member's, `setting` is where `deadlineMs` comes from. `refuse` makes the error of a fault.
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
  const range = `it is an integer from 1 to ${Math.floor(deadlineMs)}; the limit is ${settingLabel(setting)}`;
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
