import { setTimeout as pause } from "node:timers/promises";
import type { Call } from "./call";
import { connectPostgres } from "./connect-postgres";
import { DatabaseError } from "./database-error";
import { cancelQuery, discardClient, type PostgresClient, type PostgresClientOptions } from "./postgres-client";
import { isLostConnection, isStatementError, mayPass, toDatabaseError } from "./postgres-errors";
import { reconnectDelay } from "./reconnect-delay";
import { createSemaphore } from "./semaphore";

/** Time for a cancelled query to end before its connection is closed. */
const cancelGraceMs = 2_000;
/** Maximum pause after failed attempts to connect. */
const maxPauseMs = 500;

/** A connection that belongs to one call. */
export interface Borrowed {
  readonly client: PostgresClient;
  /** When the call is aborted, cancels the query on the server, and closes the connection if that does not help. */
  guard(query: object): void;
  /** Returns the connection once its query has settled; `error` is the failure of the query. */
  release(error?: unknown): void;
}

export interface BorrowOptions {
  /** True for a new connection instead of an idle one. */
  readonly isNew?: boolean;
}

export interface PostgresPool {
  borrow(call: Call, options?: BorrowOptions): Promise<Borrowed>;
  /** Runs a query on a borrowed connection, which is released when the query settles. */
  run<T>(call: Call, work: (client: PostgresClient) => Promise<T>, options?: BorrowOptions): Promise<T>;
  /** Ends every connection at once and opens no more: calls in progress and later ones fail with `unreachable`. */
  abandon(): void;
  close(): Promise<void>;
}

/**
 * Creates a pool in which each connection serves one call at a time. The library's own pool pipelines: a call waits behind
 * another's slow query, and a cancellation may hit another call. Here the connection of an aborted call is never reused, so
 * that a late cancellation has no effect.
 */
export function createPostgresPool(
  options: PostgresClientOptions & { readonly poolSize: number; readonly queueLimit: number },
): PostgresPool {
  const semaphore = createSemaphore({ permits: options.poolSize, queueLimit: options.queueLimit });
  const idle: PostgresClient[] = [];
  const discarding = new Set<Promise<void>>();
  const clients = new Set<PostgresClient>();
  let isAbandoned = false;
  // Failed attempts to connect since the last one that succeeded; those at the same time count once.
  let failures = 0;
  let pausedUntil = 0;

  const discard = (client: PostgresClient) => {
    clients.delete(client);
    const discarded = discardClient(client).finally(() => discarding.delete(discarded));
    discarding.add(discarded);
  };

  const noteFailure = (error: unknown): void => {
    const now = performance.now();
    if (now >= pausedUntil && mayPass(toDatabaseError(error)))
      pausedUntil = now + reconnectDelay(++failures, maxPauseMs);
  };

  const connect = async (call: Call): Promise<PostgresClient> => {
    const pauseMs = pausedUntil - performance.now();
    if (pauseMs > 0 && !isAbandoned) await call.race(pause(pauseMs));
    if (isAbandoned) throw new DatabaseError("unreachable", "PostgreSQL cannot be reached.");
    const { client, ready } = connectPostgres(options, (fresh) => fresh.unsafe("select 1"));
    clients.add(client);
    try {
      await call.race(ready);
      failures = pausedUntil = 0;
      return client;
    } catch (error) {
      if (call.abortReason === undefined) noteFailure(error);
      discard(client);
      throw error;
    }
  };

  const borrow = async (call: Call, { isNew = false }: BorrowOptions = {}): Promise<Borrowed> => {
    const releasePermit = await semaphore.acquire(call);
    let client: PostgresClient;
    try {
      const known = idle.pop();
      // It makes room for the new one.
      if (isNew && known !== undefined) discard(known);
      client = isNew || known === undefined ? await connect(call) : known;
    } catch (error) {
      releasePermit();
      throw error;
    }
    let timer: NodeJS.Timeout | undefined;
    let forget = () => {};
    return {
      client,
      guard(query) {
        const cancel = () => {
          cancelQuery(query);
          timer = setTimeout(() => discard(client), cancelGraceMs);
        };
        if (call.abortReason !== undefined) cancel();
        else forget = call.onAbort(cancel);
      },
      release(error) {
        clearTimeout(timer);
        forget();
        const isUsable = call.abortReason === undefined && (error === undefined || isStatementError(error));
        if (isUsable && !isAbandoned) idle.push(client);
        else discard(client);
        // One lost connection is rarely alone, and an idle one does not notice at once: the next call would fail as well.
        if (call.abortReason === undefined && error !== undefined && isLostConnection(toDatabaseError(error)))
          for (const other of idle.splice(0)) discard(other);
        releasePermit();
      },
    };
  };

  return {
    borrow,
    async run(call, work, options) {
      const borrowed = await borrow(call, options);
      const query = work(borrowed.client);
      borrowed.guard(query);
      const settled = query.then(
        (value) => {
          borrowed.release();
          return value;
        },
        (error: unknown) => {
          borrowed.release(error);
          throw toDatabaseError(error);
        },
      );
      return call.race(settled);
    },
    abandon() {
      isAbandoned = true;
      idle.splice(0);
      for (const client of [...clients]) discard(client);
    },
    async close() {
      await semaphore.close();
      await Promise.all([...idle.splice(0).map((client) => client.end({ timeout: 5 })), ...discarding]);
    },
  };
}
