import type { KeyHolder } from "./principal";

/** Headers of the IETF draft "RateLimit header fields for HTTP". */
export interface RateLimitHeaders {
  readonly "ratelimit-policy": string;
  readonly ratelimit: string;
}

/** Limits the requests of keys and organisations. */
export interface RequestLimiter {
  /**
   * Takes the cost of a request, of which `paid` tokens have been taken before, usually synchronously.
   * `beyondQuota`: also if a quota of the month is used up. Errors:
   * `rate_limited`, `quota_exceeded`, `batch_exceeds_burst`, `overloaded`, with the headers.
   */
  take(
    holder: KeyHolder,
    cost: number,
    paid?: number,
    beyondQuota?: boolean,
  ): RateLimitHeaders | Promise<RateLimitHeaders>;
  /** Refuses a download if the bytes of the month are used up. Errors: `quota_exceeded`, with the headers. */
  requireDownload(holder: KeyHolder): void;
}
