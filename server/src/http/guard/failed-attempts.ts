import { addressGroup, FeatstoreError, settingLabel } from "../../core/index";
import type { AttemptLimits } from "../../platform/index";

/** Limits requests with unknown and malformed keys per address. Known keys are never refused. */
export interface FailedAttempts {
  /** Errors: `too_many_failed_attempts`. */
  check(address: string): void;
  count(address: string): void;
}

const SECONDS = 60;

export function createFailedAttempts(perMinute: number, attempts: AttemptLimits): FailedAttempts {
  const limit = attempts.limit({ name: "keys", max: perMinute, seconds: SECONDS });
  return {
    check(address) {
      const wait = limit.wait(addressGroup(address));
      if (wait === 0) return;
      throw new FeatstoreError(
        "too_many_failed_attempts",
        `Too many requests with unknown or malformed keys from this address: try again in ${wait} s. The limit is ${settingLabel("limits.failed_attempts")}.`,
        { headers: { "retry-after": String(wait) } },
      );
    },
    count: (address) => void limit.take(addressGroup(address)),
  };
}
