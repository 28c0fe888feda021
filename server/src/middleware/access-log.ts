import type { ErrorCode } from "../errors";

/** One line for each request. No query, no path beyond the route's pattern, no key but its id: none can hold a secret. */
export interface AccessRecord {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly keyId: string | undefined;
  readonly code: ErrorCode | undefined;
}

/** What the access log needs of a logger; pino's `info` fits. */
export interface AccessLogger {
  info(fields: object, message: string): void;
}

export function createAccessLog(logger: AccessLogger): (record: AccessRecord) => void {
  return ({ requestId, method, route, status, milliseconds, keyId, code }) => {
    logger.info(
      { request_id: requestId, method, route, status, ms: Math.round(milliseconds * 1000) / 1000, key: keyId, code },
      "request",
    );
  };
}
