import type { Readable } from "node:stream";
import postgres from "postgres";
import { DatabaseError } from "./database-error";
import type { PostgresTls } from "./postgres-tls";

/** One connection, which the library opens for the first call. */
export type PostgresClient = ReturnType<
  typeof postgres<Record<string, postgres.PostgresType<string | number | boolean>>>
>;

export interface PostgresClientOptions {
  readonly url: string;
  readonly ssl: PostgresTls["ssl"];
  readonly prepare: boolean;
  readonly connectTimeoutMs: number;
  readonly applicationName: string;
  /** Milliseconds before a client that lost its connection opens another. Default: the library's, about 10. */
  readonly reconnectDelay?: () => number;
}

// The library would parse and serialize by the type that the server declares. Values are sent as text here, so the
// handlers of all its types are replaced. The numbers are PostgreSQL's type oids.
const types: Record<string, postgres.PostgresType<string | number | boolean>> = {
  text: { to: 25, from: [17, 26, 114, 3802, 1082, 1114, 1184], serialize: String, parse: String },
  json: { to: 114, from: [3802], serialize: String, parse: String },
  timestamp: { to: 1184, from: [1082, 1114], serialize: String, parse: String },
  bytea: { to: 17, from: [17], serialize: String, parse: String },
  number: { to: 0, from: [21, 23, 700, 701], serialize: String, parse: (value: string) => Number(value) },
  boolean: { to: 16, from: [16], serialize: String, parse: (value: string) => value === "t" },
};

// Our SQL depends on them, and they are the ones that PgBouncer passes on. They win over those of the role and the database.
const sessionSettings = { standard_conforming_strings: "on", DateStyle: "ISO" };

/** Creates a client with a single connection, for one call at a time. Throws `DatabaseError` `unreachable` for an invalid url. */
export function createPostgresClient(options: PostgresClientOptions): PostgresClient {
  const { reconnectDelay } = options;
  try {
    return postgres(options.url, {
      max: 1,
      ssl: options.ssl,
      prepare: options.prepare,
      fetch_types: false,
      connect_timeout: options.connectTimeoutMs / 1000,
      ...(reconnectDelay === undefined ? {} : { backoff: () => reconnectDelay() / 1000 }),
      connection: { application_name: options.applicationName, ...sessionSettings },
      onnotice: () => {},
      types,
    });
  } catch {
    // The cause would quote the url, and with it the password.
    throw new DatabaseError("unreachable", "The database url is not valid.");
  }
}

/** Ends the connection at once. */
export function discardClient(client: PostgresClient): Promise<void> {
  return client.end({ timeout: 0 }).catch(() => {});
}

// The rest is not in the library's type declarations. Its version is pinned, and the conformance suite detects changes.

/** Asks the server to cancel a running query. Unlike the library's `cancel()`, a failure is not an unhandled rejection. */
export function cancelQuery(query: object): void {
  const { canceller } = query as { canceller?: ((query: object) => Promise<void>) | null };
  canceller?.(query).catch(() => {});
}

/** Forces the extended protocol; without parameters the library would use the simple one, which allows several statements. */
export const oneStatement: object = { simple: false };

/**
 * Calls the listeners each time the library settles the query. A COPY settles twice: with its stream and with its result. A
 * promise shows only the first, and nothing for a COPY that fails at its end (porsager/postgres#1173).
 */
export function onSettled(query: object, resolved: (value: unknown) => void, rejected: (error: unknown) => void): void {
  const hooks = query as { resolve(value: unknown): void; reject(error: unknown): void };
  const { resolve, reject } = hooks;
  hooks.resolve = (value) => {
    resolve(value);
    resolved(value);
  };
  hooks.reject = (error) => {
    reject(error);
    rejected(error);
  };
}

/**
 * Lets the connection of a `readable()` that has ended or failed receive again. The library pauses the socket when the stream is
 * full and resumes it when the stream wants more, which a closed one never does: the end of the statement, or the response to the
 * next one, would not arrive.
 */
export function resumeSocket(stream: Readable): void {
  stream._read(0);
}

/** Returns a script's last result; the library returns one result for each statement. */
export function lastResult(results: readonly object[]): readonly object[] {
  const last = results.at(-1);
  return Array.isArray(last) ? last : [];
}

/**
 * Returns the rows of a result as a plain array. When a statement fails after its first rows, the library continues counting
 * there, so the connection's next result begins with that many holes.
 */
export function rowsOf(result: readonly object[]): object[] {
  return result.filter(() => true);
}
