import type { RequestLimiter } from "../http/index";
import type { Platform } from "../platform/index";
import type { MonthlyUsage } from "../usage/index";
import { countDecisions } from "./limit-metrics";
import { openTokenBuckets } from "./open-token-buckets";
import { createRequestLimiter } from "./request-limiter";
import type { TokenBuckets } from "./token-buckets";

/** The dependencies of limits. */
export interface LimitsContext {
  /** The buckets of all workers of this machine; undefined: this process opens its own. */
  readonly shared: TokenBuckets | undefined;
  /** Absent: there are no quotas of a month. */
  readonly monthly?: MonthlyUsage | undefined;
}

/** Creates the limiter of requests. */
export function createLimits(
  { config, clock, logger, metrics, processes, onClose }: Platform,
  { shared, monthly }: LimitsContext,
): RequestLimiter {
  const opened = shared === undefined ? openTokenBuckets(config, logger) : { buckets: shared, isLocal: false };
  if ("close" in opened) onClose(async () => opened.close());
  return createRequestLimiter({
    buckets: opened.buckets,
    monthly,
    takingAhead: opened.isLocal ? 0 : processes,
    clock,
    onGrant: countDecisions(metrics),
  });
}
