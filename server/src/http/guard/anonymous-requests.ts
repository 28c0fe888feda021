import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { addressGroup, FeatstoreError, settingLabel } from "../../core/index";
import type { ApiExchange } from "../exchange/api-exchange";

/** Limits the requests without a key per address. */
export interface AnonymousRequests {
  /** Errors: `rate_limited`. */
  take(address: string): Promise<void>;
}

const SECONDS = 60;

export function createAnonymousRequests(perMinute: number): AnonymousRequests {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: SECONDS });
  return {
    async take(address) {
      try {
        await limiter.consume(addressGroup(address));
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const wait = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
        const detail = `Too many requests without an API key from this address: try again in ${wait} s, or send a key. The limit is ${settingLabel("datasets.anonymous_per_minute")}.`;
        throw new FeatstoreError("rate_limited", detail, { headers: { "retry-after": String(wait) } });
      }
    },
  };
}

/** Returns whether a request has a key, valid or not. */
export function hasKey(exchange: ApiExchange): boolean {
  return exchange.header("authorization") !== undefined || exchange.header("x-api-key") !== undefined;
}
