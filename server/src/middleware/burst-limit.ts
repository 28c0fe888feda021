import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { FeatstoreError } from "../errors";

/** Limits the requests of one key in a short window, in this process. */
export interface BurstLimiter {
  /** Counts one request and gives the headers that tell what is left. Errors: `rate_limited`. */
  take(keyId: string): Promise<RateLimitHeaders>;
}

export interface RateLimitHeaders {
  readonly "ratelimit-policy": string;
  readonly ratelimit: string;
}

/** `requests` in a window of `seconds`; headers as in the IETF's draft "RateLimit header fields for HTTP". */
export function createBurstLimiter(requests: number, seconds: number): BurstLimiter {
  const limiter = new RateLimiterMemory({ points: requests, duration: seconds });
  const policy = `"burst";q=${requests};w=${seconds}`;
  const headersOf = (result: RateLimiterRes): RateLimitHeaders => ({
    "ratelimit-policy": policy,
    ratelimit: `"burst";r=${result.remainingPoints};t=${Math.ceil(result.msBeforeNext / 1000)}`,
  });
  return {
    async take(keyId) {
      try {
        return headersOf(await limiter.consume(keyId));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const wait = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
        throw new FeatstoreError(
          "rate_limited",
          `This key made more than ${requests} requests within ${seconds} s: try again in ${wait} s.`,
          { headers: { ...headersOf(error), "retry-after": String(wait) } },
        );
      }
    },
  };
}
