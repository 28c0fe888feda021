import type { MonthlyQuota } from "../core/index";
import type { KeyHolder, RateLimitHeaders, RequestLimiter } from "../http/index";
import type { MonthlyUsage } from "../usage/index";
import { bucketsText, type KeyLine, noteGrant } from "./key-line";
import { createKeyLines } from "./key-lines";
import { exceededQuota, monthText } from "./monthly-usage";
import { exceedsBurst, quotaExceeded, rateLimited } from "./refusals";
import type { Grant, TokenBuckets } from "./token-buckets";

export interface RequestLimiterOptions {
  readonly buckets: TokenBuckets;
  /** Absent: there are no quotas of a month. */
  readonly monthly?: MonthlyUsage | undefined;
  /** Processes that take tokens ahead on this machine; 0: the buckets are in this process, so nothing is taken ahead. */
  readonly takingAhead: number;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
  /** A monotonic clock in milliseconds. */
  readonly monotonic?: () => number;
  readonly onGrant?: (by: Grant["by"]) => void;
}

/** The tokens that a request needs, those held for it, those paid before, and those to take ahead. */
interface Needs {
  readonly needed: number;
  readonly held: number;
  readonly paid: number;
  readonly ahead: number;
}

const LAPSE_MS = 1000;
/** A block that is used up in less time is too small. */
const BLOCK_MS = 1000;
/** The quotas of a month that refuse every request. */
const REFUSING: readonly (keyof MonthlyQuota)[] = ["requests", "rows"];

/**
 * Limits requests by buckets of tokens. Buckets of several processes answer by promise, so tokens are taken ahead, in
 * blocks that double while they are used up within a second, and lapse after a second without a request. They are
 * renewed before they are used up, so that a busy key does not wait. Held tokens are missing in the buckets, so the
 * processes may refuse early. And the buckets gain tokens meanwhile: together the processes may admit, besides rate × time
 * + burst, what they held.
 */
export function createRequestLimiter(options: RequestLimiterOptions): RequestLimiter {
  const { buckets, monthly, takingAhead, clock, monotonic = () => performance.now(), onGrant } = options;
  const lineOf = createKeyLines(Math.max(1, takingAhead));

  const headersOf = (line: KeyLine, holder: KeyHolder, now: number): RateLimitHeaders => ({
    "ratelimit-policy": line.policyText,
    ratelimit: bucketsText(line, now) + (monthly === undefined ? "" : monthText(holder, monthly, clock)),
  });

  const requireMonth = (holder: KeyHolder, units: readonly (keyof MonthlyQuota)[]): void => {
    const used = monthly?.of(holder);
    const exceeded = used === undefined ? undefined : exceededQuota(holder, used, units);
    if (monthly === undefined || exceeded === undefined) return;
    const now = monotonic();
    const headers = headersOf(lineOf(holder, now), holder, now);
    throw quotaExceeded(exceeded, { now: clock(), resetsAt: monthly.resetsAt() }, headers);
  };

  /** Notes a grant and the tokens that it took ahead, of `ahead` that were requested. */
  const note = (line: KeyLine, grant: Grant, cost: number, ahead: number): void => {
    const now = monotonic();
    onGrant?.(grant.by);
    noteGrant(line, grant, now);
    if (grant.taken === 0) return;
    const more = grant.taken - cost;
    line.held += more;
    if (takingAhead === 0) return;
    // Fewer than requested: the buckets are nearly empty, and other processes need the rest.
    if (more < ahead) line.block = Math.min(line.maxBlock, Math.max(1, more));
    else if (now < line.grantedAt + BLOCK_MS) line.block = Math.min(line.maxBlock, Math.max(1, 2 * line.block));
    line.grantedAt = now;
  };

  /** Takes tokens ahead in the background. */
  const renew = (line: KeyLine): void => {
    line.renewing = true;
    const ahead = line.block - line.held;
    const finish = (): void => {
      line.renewing = false;
    };
    Promise.resolve(buckets.take({ ...line.request, cost: 0, ahead }))
      .then((grant) => note(line, grant, 0, ahead))
      // The next request that needs a token meets the failure.
      .then(finish, finish);
  };

  /**
   * Notes a grant of what a request needs beyond the tokens that were held. If it was refused, they are kept, and so is
   * what the request has paid: a client that repeats a batch comes to its tokens.
   */
  const settle = (line: KeyLine, holder: KeyHolder, grant: Grant, { needed, held, paid, ahead }: Needs) => {
    note(line, grant, needed - held, ahead);
    const now = monotonic();
    if (grant.taken > 0) return headersOf(line, holder, now);
    line.held += held + paid;
    const waitMs = Math.max(...grant.buckets.map((bucket) => bucket.waitMs));
    const violated = line.policies.filter((_, index) => (grant.buckets[index]?.waitMs ?? 0) > 0);
    if (needed === 1 && line.held === 0) {
      line.emptyUntil = now + waitMs;
      line.emptyPolicies = violated;
    }
    throw rateLimited(line, violated, secondsOf(waitMs), headersOf(line, holder, now));
  };

  const settleLater = async (line: KeyLine, holder: KeyHolder, grant: Promise<Grant>, needs: Needs) => {
    let granted: Grant;
    try {
      granted = await grant;
    } catch (error) {
      line.held += needs.held;
      throw error;
    }
    return settle(line, holder, granted, needs);
  };

  const obtain = (line: KeyLine, holder: KeyHolder, needed: number, paid: number, expected: number) => {
    const { held } = line;
    const ahead = takingAhead === 0 || line.renewing ? 0 : Math.max(line.block, expected);
    line.held = 0;
    const { group, buckets: own } = line.request;
    const grant = buckets.take({ group, buckets: own, cost: needed - held, ahead });
    const needs = { needed, held, paid, ahead };
    return grant instanceof Promise ? settleLater(line, holder, grant, needs) : settle(line, holder, grant, needs);
  };

  return {
    take(holder, cost, paid = 0, beyondQuota = false) {
      const now = monotonic();
      const line = lineOf(holder, now);
      line.lapsesAt = now + LAPSE_MS;
      if (paid === 0 && !beyondQuota) requireMonth(holder, REFUSING);
      const tooLarge = cost === 1 ? undefined : exceedsBurst(line, cost, () => headersOf(line, holder, now));
      if (tooLarge !== undefined) throw tooLarge;
      const needed = cost - paid;
      const { expected } = line;
      line.expected = Math.min(line.maxExpected, cost - 1);
      if (line.held < needed) {
        if (now >= line.emptyUntil || needed > 1) return obtain(line, holder, needed, paid, expected);
        const headers = headersOf(line, holder, now);
        throw rateLimited(line, line.emptyPolicies, secondsOf(line.emptyUntil - now), headers);
      }
      line.held -= needed;
      if (2 * line.held < line.block && !line.renewing) renew(line);
      return headersOf(line, holder, now);
    },
    requireDownload: (holder) => requireMonth(holder, ["bytes"]),
  };
}

function secondsOf(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
