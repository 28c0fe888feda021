import type { Platform } from "../platform/index";
import { createAccessLog } from "./guard/access-log";
import { type BurstCounter, createBurstLimiter } from "./guard/burst-limit";
import { createFailedAttempts } from "./guard/failed-attempts";
import type { GuardOptions } from "./guard/guard";
import { createRequestMetrics } from "./guard/request-metrics";
import { registerSlowReaderMetrics } from "./server/slow-reader-metrics";
import { createSlowReaders, type SlowReaders } from "./server/slow-readers";

/** The place of this process among several workers. */
export interface WorkerPlace {
  readonly worker: number;
  /** Counts bursts for all workers together. */
  readonly burst: BurstCounter;
}

export interface Http {
  readonly guard: GuardOptions;
  /** Watches the listening server. */
  readonly slowReaders: SlowReaders;
  readonly maxBodyBytes: number;
}

/** Creates what surrounds every request: the guard, and the watch over slow readers. */
export function createHttp(
  { config, logger, metrics, processes }: Platform,
  { authenticator, sessions }: Pick<GuardOptions, "authenticator" | "sessions">,
  place: WorkerPlace | undefined,
): Http {
  const { limits, deadlines } = config;
  const slowReaders = createSlowReaders({ stallMs: deadlines.writeMs, maxUnsentBytes: limits.unsentBytes });
  registerSlowReaderMetrics(metrics, slowReaders);
  return {
    slowReaders,
    maxBodyBytes: limits.bodyBytes,
    guard: {
      authenticator,
      sessions,
      burstLimiter: createBurstLimiter(
        limits.burstRequests,
        limits.burstWindowSeconds,
        place === undefined ? undefined : { counter: place.burst, processes },
      ),
      // Connections are distributed over the workers, so each sees its share of them.
      failedAttempts: createFailedAttempts(Math.ceil(limits.failedAttempts / processes)),
      metrics: createRequestMetrics(metrics),
      accessLog: createAccessLog(logger.line, place?.worker),
      onInternal: (error, requestId) => logger.error({ err: error, request_id: requestId }, "internal fault"),
    },
  };
}
