import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { FeatstoreError, settingLabel } from "../../core/index";

/** Limits the requests of one key in a short window. */
export interface BurstLimiter {
  /** Counts one request and returns the rate limit headers, usually synchronously. Errors: `rate_limited`. */
  take(keyId: string): RateLimitHeaders | Promise<RateLimitHeaders>;
}

export interface RateLimitHeaders {
  readonly "ratelimit-policy": string;
  readonly ratelimit: string;
}

/** Requests granted to a key in its window. */
export interface BurstTaken {
  readonly taken: number;
  /** Requests left in the window. */
  readonly left: number;
  readonly endsInMs: number;
}

/** Counts the requests of keys, for one process or for several. */
export interface BurstCounter {
  /** Takes up to `requested` of a key's requests. */
  take(keyId: string, requested: number): Promise<BurstTaken>;
}

/** Requests of a key that the limiter has taken in advance, and the number left in the counter. */
interface Lease {
  left: number;
  readonly beyond: number;
  /** The end of the window, on the monotonic clock. */
  readonly until: number;
}

const LIMIT = settingLabel("limits.burst_requests");
const MAX_LEASE = 64;
const MAX_LEASES = 10_000;

/** Creates a counter for this process: `requests` per key in a window of `seconds`. */
export function createBurstCounter(requests: number, seconds: number): BurstCounter {
  const limiter = new RateLimiterMemory({ points: requests, duration: seconds });
  const takenOf = (taken: number, result: RateLimiterRes): BurstTaken => ({
    taken,
    left: result.remainingPoints,
    endsInMs: result.msBeforeNext,
  });
  return {
    async take(keyId, requested) {
      try {
        return takenOf(requested, await limiter.consume(keyId, requested));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        // Refused requests are counted too; the key gets the ones that were left.
        return takenOf(Math.max(0, requests - (error.consumedPoints - requested)), error);
      }
    },
  };
}

/**
 * Allows `requests` in a window of `seconds`; headers follow the IETF draft "RateLimit header fields for HTTP". The
 * counter answers by promise, which costs more than counting, so requests are taken from it in leases. If it counts for
 * several `processes`, leases are smaller, because no process gets what another holds.
 */
export function createBurstLimiter(
  requests: number,
  seconds: number,
  { counter, processes }: { readonly counter: BurstCounter; readonly processes: number } = {
    counter: createBurstCounter(requests, seconds),
    processes: 1,
  },
): BurstLimiter {
  const maxLease =
    processes === 1 ? MAX_LEASE : Math.max(1, Math.min(MAX_LEASE, Math.floor(requests / (8 * processes))));
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
      `This key made more than ${requests} requests within ${seconds} s: try again in ${wait} s. The limit is ${LIMIT}.`,
      { headers: { ...headersOf(lease, now), "retry-after": wait } },
    );
  };
  const spend = (lease: Lease, now: number): RateLimitHeaders => {
    lease.left--;
    return headersOf(lease, now);
  };

  /**
   * Takes the next lease of a key, one at a time: otherwise a request could be refused while another has just received
   * a lease.
   */
  const renew = async (keyId: string, requested: number): Promise<void> => {
    const { taken, left, endsInMs } = await counter.take(keyId, requested);
    if (leases.size >= MAX_LEASES) leases.clear();
    // Not before the counter's own window ends, which uses another clock.
    leases.set(keyId, { left: taken, beyond: left, until: performance.now() + endsInMs + 1 });
  };

  const take = (keyId: string): RateLimitHeaders | Promise<RateLimitHeaders> => {
    const now = performance.now();
    const lease = leases.get(keyId);
    const known = lease !== undefined && now < lease.until ? lease : undefined;
    if (known !== undefined && known.left > 0) return spend(known, now);
    if (known !== undefined && known.beyond <= 0) return refuse(known, now);
    let renewal = renewals.get(keyId);
    if (renewal === undefined) {
      renewal = renew(keyId, Math.min(maxLease, known?.beyond ?? requests)).finally(() => renewals.delete(keyId));
      renewals.set(keyId, renewal);
    }
    return renewal.then(() => take(keyId));
  };

  return { take };
}

function secondsUntil(until: number, now: number): number {
  return Math.max(1, Math.ceil((until - now) / 1000));
}
