import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { FeatstoreError, settingLabel } from "../../core/index";

/** Limits requests with unknown and malformed keys per address. Known keys are never refused. */
export interface FailedAttempts {
  /** Errors: `too_many_failed_attempts`. */
  check(address: string): void;
  count(address: string): void;
}

const SECONDS = 60;

export function createFailedAttempts(perMinute: number): FailedAttempts {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: SECONDS });
  // The limiter is asynchronous but the check is not: maps the addresses that used up their attempts to the end of
  // their refusal.
  const refused = new Map<string, number>();
  return {
    check(address) {
      const until = refused.get(address);
      if (until === undefined) return;
      const wait = Math.ceil((until - Date.now()) / 1000);
      if (wait <= 0) {
        refused.delete(address);
        return;
      }
      throw new FeatstoreError(
        "too_many_failed_attempts",
        `Too many requests with unknown or malformed keys from this address: try again in ${wait} s. The limit is ${settingLabel("limits.failed_attempts")}.`,
        { headers: { "retry-after": String(wait) } },
      );
    },
    count(address) {
      const note = (result: RateLimiterRes) => {
        if (result.remainingPoints > 0) return;
        const now = Date.now();
        for (const [other, until] of refused) if (until <= now) refused.delete(other);
        refused.set(address, now + result.msBeforeNext);
      };
      limiter.consume(address).then(note, note);
    },
  };
}
