import type { Fault } from "../core/index";
import { GROUPINGS, type Grouping, type UsageQuery } from "./report-store";
import { utcDay } from "./utc-day";

/** The days that one report may span. */
export const MAX_DAYS = 400;
const DAY_MS = 86_400_000;

/** The parameters of a report, as texts. */
export interface UsageQueryTexts {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly by?: string | undefined;
}

/**
 * Parses the days and the grouping of a report: by default this month so far. `now`: microseconds since 1970 UTC.
 * Returns the faults with the names of the parameters.
 *
 * @example usageQuery({ by: "day" }, now) // { query: { from: "2026-01-01", to: "2026-01-31", by: "day" }, faults: [] }
 */
export function usageQuery(
  { from, to, by }: UsageQueryTexts,
  now: number,
  groupings: readonly [Grouping, ...Grouping[]],
): { readonly query: Omit<UsageQuery, "subject">; readonly faults: readonly Fault[] } {
  const today = utcDay(now);
  const faults: Fault[] = [];
  const dayOf = (path: string, text: string | undefined, usual: string): string => {
    if (text === undefined || isDay(text)) return text ?? usual;
    faults.push({ path, detail: "expected a day such as 2026-01-31" });
    return usual;
  };
  const last = dayOf("to", to, today.text);
  const first = dayOf("from", from, to === undefined ? today.month : `${last.slice(0, 8)}01`);
  const grouping = groupings.find((each) => each === (by ?? groupings[0]));
  if (grouping === undefined) faults.push({ path: "by", detail: `expected one of ${groupings.join(", ")}` });
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (faults.length === 0 && days < 1) faults.push({ path: "from", detail: `it is after ${last}` });
  if (days > MAX_DAYS)
    faults.push({ path: "from", detail: `${days} days are more than the ${MAX_DAYS} of one report` });
  return { query: { from: first, to: last, by: grouping ?? groupings[0] }, faults };
}

/** The groupings of an organisation's own report; the first is the default. */
export const OWN_GROUPINGS = ["day", ...GROUPINGS.filter((each) => each !== "day" && each !== "organisation")] as const;

/** A day of the years 2000 to 2999; other texts may be days that PostgreSQL reads differently. */
export function isDay(text: string): boolean {
  if (!/^2\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
