import type { Tier } from "../core/index";
import type { RequestLimiter, SessionReader } from "../http/index";
import type { Platform } from "../platform/index";
import type { MonthlyUsage } from "../usage/index";
import { countDecisions } from "./limit-metrics";
import { limitSessions } from "./limited-sessions";
import { openTokenBuckets } from "./open-token-buckets";
import { createRequestLimiter } from "./request-limiter";
import type { TokenBuckets } from "./token-buckets";

/** The dependencies of limits. */
export interface LimitsContext {
  /** The buckets of all workers of this machine; undefined: this process opens its own. */
  readonly shared: TokenBuckets | undefined;
  /** Absent: there are no quotas of a month. */
  readonly monthly?: MonthlyUsage | undefined;
  /** Reads an organisation's tier. */
  readonly tierOf: (organisation: string) => Promise<Tier>;
}

export interface Limits {
  readonly limiter: RequestLimiter;
  /** Limits the requests of signed-in people. */
  limitSessions(sessions: SessionReader): SessionReader;
}

/** Creates the limits of requests. */
export function createLimits(
  { config, clock, logger, metrics, processes, onClose }: Platform,
  { shared, monthly, tierOf }: LimitsContext,
): Limits {
  const opened = shared === undefined ? openTokenBuckets(config, logger) : { buckets: shared, isLocal: false };
  if ("close" in opened) onClose(async () => opened.close());
  const { buckets } = opened;
  const limiter = createRequestLimiter({
    buckets,
    monthly,
    takingAhead: opened.isLocal ? 0 : processes,
    clock,
    onGrant: countDecisions(metrics),
  });
  const rateOf = async (organisation: string) => (await tierOf(organisation)).rate;
  return {
    limiter,
    limitSessions: (sessions) =>
      limitSessions(sessions, { buckets, rateOf, perSecond: config.limits.sessionsPerSecond }),
  };
}
