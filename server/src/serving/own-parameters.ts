import { type Fault, type FeatstoreError, parseQuery, settingLabel } from "../core/index";
import { memberNames } from "../http/index";
import { FeaturesQuery } from "./feature-schema";

/** Parameters that vary from request to request while the rest stays the same. */
const OWN = memberNames(FeaturesQuery.pick({ inputs: true, latency_budget_ms: true, as_of: true }));
const MENTIONED = new RegExp(`(?:^|&)(?:${OWN.join("|")}|[^&=]*%)`);

export type OwnParameters = { readonly [Name in (typeof OWN)[number]]?: string | undefined };

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
