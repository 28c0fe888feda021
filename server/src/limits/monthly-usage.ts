import type { MonthlyQuota } from "../core/index";
import type { KeyHolder } from "../http/index";
import type { MonthlyUsage, UsedOfHolder } from "../usage/index";

/** A quota of a month that is used up. */
export interface ExceededQuota {
  /** The policy: `organisation-month`, `key-month-rows`. */
  readonly policy: string;
  readonly of: "key" | "organisation";
  readonly what: keyof MonthlyQuota;
  readonly limit: number;
  readonly used: number;
}

/** Returns the first quota in these units that is used up and refuses requests. */
export function exceededQuota(
  { limits: { month, organisation, excess } }: KeyHolder,
  used: UsedOfHolder,
  units: readonly (keyof MonthlyQuota)[],
): ExceededQuota | undefined {
  for (const what of units) {
    const limit = month[what];
    if (limit !== null && used.line[what] >= limit) return exceeded("key", what, limit, used.line[what]);
    const shared = excess === "refuse" ? (organisation?.month[what] ?? null) : null;
    const ofAll = used.organisation?.[what] ?? 0;
    if (shared !== null && ofAll >= shared) return exceeded("organisation", what, shared, ofAll);
  }
  return undefined;
}

function exceeded(of: "key" | "organisation", what: keyof MonthlyQuota, limit: number, used: number): ExceededQuota {
  return { policy: `${of}-month${what === "requests" ? "" : `-${what}`}`, of, what, limit, used };
}

/** Writes the quotas of requests for `RateLimit`. */
export function monthText(holder: KeyHolder, monthly: MonthlyUsage, clock: () => number): string {
  const own = holder.limits.month.requests;
  const shared = holder.limits.organisation?.month.requests ?? null;
  if (own === null && shared === null) return "";
  const used = monthly.of(holder);
  const seconds = Math.max(1, Math.ceil((monthly.resetsAt() - clock()) / 1_000_000));
  return (
    monthItem("key-month", own, used?.line.requests, seconds) +
    monthItem("organisation-month", shared, used?.organisation?.requests, seconds)
  );
}

function monthItem(policy: string, quota: number | null, used: number | undefined, seconds: number): string {
  return quota === null ? "" : `, "${policy}";r=${Math.max(0, quota - (used ?? 0))};t=${seconds}`;
}
