/** The fields of a log entry: `method`, `path` (without query), `status`, `attempt`, `ms`, `code`, `requestId`, `pauseMs`. */
export type LogFields = Readonly<Record<string, string | number | null>>;

/**
 * Receives what the client does: each answer (`debug`), refusals, aborts and waits for the key's limit (`info`), attempts that are repeated (`warn`)
 * and calls that fail for another reason (`error`). The key and the values of queries are in none of them. `console` is one.
 *
 * @example
 * const client = createClient({ logger: { ...console, debug: () => {} } });
 */
export interface Logger {
  debug(message: string, fields: LogFields): void;
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}
