import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { FeatstoreError } from "../errors";

/** Limits the requests of one key in a short window, in this process. */
export interface BurstLimiter {
  /** Counts one request and gives the headers that tell what is left, mostly without waiting. Errors: `rate_limited`. */
  take(keyId: string): RateLimitHeaders | Promise<RateLimitHeaders>;
}

export interface RateLimitHeaders {
  readonly "ratelimit-policy": string;
  readonly ratelimit: string;
}

/** Requests that a key has taken from the limiter ahead, and what the limiter has left beside them. */
interface Lease {
  left: number;
  readonly beyond: number;
  /** When the window ends, on the monotonic clock. */
  readonly until: number;
}

const LONGEST_LEASE = 64;
const MOST_LEASES = 10_000;

/**
 * `requests` in a window of `seconds`; headers as in the IETF's draft "RateLimit header fields for HTTP". The limiter
 * answers by promise, which costs more than counting: so requests are taken from it a lease at a time.
 */
export function createBurstLimiter(requests: number, seconds: number): BurstLimiter {
  const limiter = new RateLimiterMemory({ points: requests, duration: seconds });
  const policy = `"burst";q=${requests};w=${seconds}`;
  const leases = new Map<string, Lease>();
  const renewals = new Map<string, Promise<void>>();

  const headersOf = (lease: Lease, now: number): RateLimitHeaders => ({
    "ratelimit-policy": policy,
    ratelimit: `"burst";r=${lease.left + lease.beyond};t=${secondsUntil(lease.until, now)}`,
  });
  const refuse = (lease: Lease, now: number): never => {
    const wait = String(secondsUntil(lease.until, now));
    throw new FeatstoreError(
      "rate_limited",
      `This key made more than ${requests} requests within ${seconds} s: try again in ${wait} s.`,
      { headers: { ...headersOf(lease, now), "retry-after": wait } },
    );
  };
  const spend = (lease: Lease, now: number): RateLimitHeaders => {
    lease.left--;
    return headersOf(lease, now);
  };

  /** Takes the next lease of a key; one at a time, so that none is refused for what another has just been given. */
  const renew = async (keyId: string, wanted: number): Promise<void> => {
    const consumed = await limiter.consume(keyId, wanted).then(
      (result) => ({ result, left: wanted }),
      (error: unknown) => {
        if (error instanceof RateLimiterRes) return { result: error, left: 0 };
        throw error;
      },
    );
    if (leases.size >= MOST_LEASES) leases.clear();
    leases.set(keyId, {
      left: consumed.left,
      beyond: consumed.result.remainingPoints,
      // Never before the limiter's own window, which has another clock.
      until: performance.now() + consumed.result.msBeforeNext + 1,
    });
  };

  const take = (keyId: string): RateLimitHeaders | Promise<RateLimitHeaders> => {
    const now = performance.now();
    const lease = leases.get(keyId);
    const known = lease !== undefined && now < lease.until ? lease : undefined;
    if (known !== undefined && known.left > 0) return spend(known, now);
    if (known !== undefined && known.beyond <= 0) return refuse(known, now);
    let renewal = renewals.get(keyId);
    if (renewal === undefined) {
      renewal = renew(keyId, Math.min(LONGEST_LEASE, known?.beyond ?? requests)).finally(() => renewals.delete(keyId));
      renewals.set(keyId, renewal);
    }
    return renewal.then(() => take(keyId));
  };

  return { take };
}

function secondsUntil(until: number, now: number): number {
  return Math.max(1, Math.ceil((until - now) / 1000));
}
