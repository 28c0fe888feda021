import type { AttemptLimits, Platform } from "../platform/index";
import { createAccessLog } from "./guard/access-log";
import { createAnonymousRequests } from "./guard/anonymous-requests";
import { createClientAddresses } from "./guard/client-address";
import { createCrossOrigin } from "./guard/cross-origin";
import { createFailedAttempts } from "./guard/failed-attempts";
import type { GuardOptions } from "./guard/guard";
import type { KeyAuthenticator, SessionReader } from "./guard/principal";
import type { RequestLimiter } from "./guard/request-limiter";
import type { RequestMeter } from "./guard/request-meter";
import { createRequestMetrics } from "./guard/request-metrics";
import { registerSlowReaderMetrics } from "./server/slow-reader-metrics";
import { createSlowReaders, type SlowReaders } from "./server/slow-readers";

/** The parts of other modules that requests need. */
export interface HttpContext {
  readonly authenticator: KeyAuthenticator;
  /** Null: nobody signs in. */
  readonly sessions: SessionReader | null;
  readonly limiter: RequestLimiter;
  readonly meter: RequestMeter;
  readonly attempts: AttemptLimits;
  /** Identifies this process among several workers. */
  readonly worker: number | undefined;
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
  { authenticator, sessions, limiter, meter, attempts, worker }: HttpContext,
): Http {
  const { limits, deadlines, datasets } = config;
  const slowReaders = createSlowReaders({ stallMs: deadlines.writeMs, maxUnsentBytes: limits.unsentBytes });
  registerSlowReaderMetrics(metrics, slowReaders);
  return {
    slowReaders,
    maxBodyBytes: limits.bodyBytes,
    guard: {
      authenticator,
      sessions,
      limiter,
      addresses: createClientAddresses(config.server.trustedProxies),
      isSecure: config.auth?.baseUrl.startsWith("https://") === true,
      crossOrigin: createCrossOrigin(config.server.corsOrigins),
      failedAttempts: createFailedAttempts(limits.failedAttempts, attempts),
      // Connections are distributed over the workers, so each sees its share of them.
      anonymous: datasets.anonymous
        ? createAnonymousRequests(Math.ceil(datasets.anonymousPerMinute / processes))
        : null,
      meter,
      metrics: createRequestMetrics(metrics),
      accessLog: createAccessLog(logger.line, worker),
      onFault: (error, requestId, code) =>
        logger.error(
          { err: error, request_id: requestId },
          code === "internal" ? "internal fault" : "a source cannot be read",
        ),
    },
  };
}
