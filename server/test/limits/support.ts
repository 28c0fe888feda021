import { createGrants } from "../../src/core/scopes";
import type { Rate } from "../../src/core/tiers";
import type { KeyHolder, KeyLimits } from "../../src/http/guard/principal";
import { createProcessBuckets } from "../../src/limits/process-buckets";
import type { Grant, TokenBuckets, TokenRequest } from "../../src/limits/token-buckets";
import { operatorLimits } from "../helpers/operator-limits";

export const UNLIMITED = { requests: null, rows: null, bytes: null };

/** A key with a rate of its own, of an organisation if that has a rate. */
export function holderOf(rate: Rate, organisation?: Rate, more: Partial<KeyLimits> = {}): KeyHolder {
  return {
    keyId: "key2",
    lineId: "key1",
    makerRole: null,
    grants: createGrants(["features:read"]),
    tenant: null,
    organisation: organisation === undefined ? null : "acme",
    limits: {
      ...operatorLimits,
      rate,
      organisation: organisation === undefined ? null : { rate: organisation, month: UNLIMITED },
      ...more,
    },
  };
}

/** A clock that stands still, buckets of several processes over it, and a count of the requests for tokens. */
export function sharedBuckets() {
  let now = 5000;
  const inner = createProcessBuckets({ monotonic: () => now });
  const requests: TokenRequest[] = [];
  const buckets: TokenBuckets = {
    async take(request): Promise<Grant> {
      requests.push(request);
      return inner.take(request);
    },
  };
  return {
    buckets,
    requests,
    monotonic: () => now,
    clock: () => now * 1000,
    wait(milliseconds: number) {
      now += milliseconds;
    },
  };
}
