import { FeatstoreError, settingLabel } from "../core/index";
import type { RateLimitHeaders } from "../http/index";
import type { KeyLine, Policy } from "./key-line";
import type { ExceededQuota } from "./monthly-usage";

/** The buckets that refused a request. `waitSeconds`: until they have its cost. */
export function rateLimited(
  { policies, request, limits }: KeyLine,
  violated: readonly Policy[],
  waitSeconds: number,
  headers: RateLimitHeaders,
): FeatstoreError {
  const named = violated.map((policy) => {
    const { perSecond = 0, burst = 0 } = request.buckets[policies.indexOf(policy)]?.rate ?? {};
    return `${policy}: ${perSecond} per second, ${burst} at once`;
  });
  const setting =
    limits.organisation === null
      ? ` The limit of keys without an organisation is ${settingLabel("limits.requests_per_second")}.`
      : "";
  return new FeatstoreError(
    "rate_limited",
    `Too many requests (${named.join("; ")}): try again in ${waitSeconds} s.${setting}`,
    {
      headers: { ...headers, "retry-after": String(waitSeconds) },
      members: { "violated-policies": violated },
    },
  );
}

/** Refuses a batch that a full bucket could not pay for; undefined if all buckets could. */
export function exceedsBurst(
  { policies, request, limits }: KeyLine,
  cost: number,
  headers: () => RateLimitHeaders,
): FeatstoreError | undefined {
  const violated = policies.filter((_, index) => cost > (request.buckets[index]?.rate.burst ?? 0));
  const [policy] = violated;
  if (policy === undefined) return undefined;
  const burst = request.buckets[policies.indexOf(policy)]?.rate.burst ?? 0;
  const whose = limits.organisation === null ? `${settingLabel("limits.burst")}` : `the burst of the ${policy}`;
  return new FeatstoreError(
    "batch_exceeds_burst",
    `One batch can have at most ${burst} ids: send the rest in another request. The limit is ${whose}.`,
    {
      errors: [{ path: "ids", detail: `it has ${cost} ids, more than ${burst}` }],
      headers: { ...headers() },
      members: { "violated-policies": violated, limit: burst },
    },
  );
}

/** Refuses a request beyond the quota of a month. Times are microseconds since 1970 UTC. */
export function quotaExceeded(
  { policy, of, what, limit, used }: ExceededQuota,
  { now, resetsAt }: { readonly now: number; readonly resetsAt: number },
  headers: RateLimitHeaders,
): FeatstoreError {
  const resets = new Date(resetsAt / 1000).toISOString();
  return new FeatstoreError(
    "quota_exceeded",
    `The ${of} has used ${used} of its ${limit} ${what} of this month, which ends at ${resets}.`,
    {
      headers: { ...headers, "retry-after": String(Math.max(1, Math.ceil((resetsAt - now) / 1_000_000))) },
      members: { "violated-policies": [policy], limit, used, resets_at: resets },
    },
  );
}
