import { type Call, startCall } from "./call";
import { connectPostgres } from "./connect-postgres";
import type { CallOptions, Database, QueryOptions, Statement } from "./database";
import { DatabaseError } from "./database-error";
import { ownTransaction } from "./own-transaction";
import {
  discardClient,
  lastResult,
  oneStatement,
  type PostgresClient,
  type PostgresClientOptions,
  rowsOf,
} from "./postgres-client";
import { copyIntoPostgres } from "./postgres-copy";
import { copyFromPostgres } from "./postgres-copy-out";
import { isLostConnection, mayPass, toDatabaseError } from "./postgres-errors";
import { type BorrowOptions, createPostgresPool } from "./postgres-pool";
import { streamFromPostgres } from "./postgres-stream";
import { postgresTls } from "./postgres-tls";
import { reconnectDelay } from "./reconnect-delay";
import { checkStatement } from "./sql-text";

/** A client of PostgreSQL that can be ended while PostgreSQL is unreachable. */
export interface PostgresDatabase extends Database {
  /**
   * Opens a connection, and if that fails within `waitMs`, ends all others, so that no call waits for its deadline. For a
   * process that is about to end.
   */
  abandonUnlessReachable(waitMs: number): Promise<void>;
}

export interface PostgresDatabaseOptions {
  /** `postgres://user:password@host:5432/database?sslmode=require` */
  readonly url: string;
  /** The url for LISTEN; needed if `url` is a transaction pooler. Default: `url`. */
  readonly directUrl?: string;
  /** Maximum connections, one call each. Default 10. */
  readonly poolSize?: number;
  /** Maximum calls that wait for a connection; further calls are refused with `overloaded`. Default 1000. */
  readonly queueLimit?: number;
  /** True to use prepared statements; false for a pooler without support (PgBouncer before 1.21). Default true. */
  readonly prepare?: boolean;
  /** Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** The application name in `pg_stat_activity`. Default `featstore`. */
  readonly applicationName?: string;
}

const defaultChunkRows = 1_000;
/** Servers poll every two seconds, so they miss nothing for longer. */
const maxListenPauseMs = 2_000;

/**
 * Creates a database client for PostgreSQL 15 or newer with postgres.js. Connects on the first call.
 *
 * An aborted call is cancelled on the server; its caller does not know whether a write took effect.
 *
 * @example const database = createPostgresDatabase({ url: "postgres://localhost/music" });
 */
export function createPostgresDatabase(options: PostgresDatabaseOptions): PostgresDatabase {
  const client = {
    ...postgresTls(options.url),
    prepare: options.prepare ?? true,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    applicationName: options.applicationName ?? "featstore",
  };
  const pool = createPostgresPool({
    ...client,
    poolSize: options.poolSize ?? 10,
    queueLimit: options.queueLimit ?? 1_000,
  });
  const listener = createPostgresListener({ ...client, ...postgresTls(options.directUrl ?? options.url) });

  const within = async <T>(callOptions: CallOptions | undefined, work: (call: Call) => Promise<T>): Promise<T> => {
    const call = startCall(callOptions);
    try {
      return await work(call);
    } finally {
      call.end();
    }
  };
  const parametersOf = (statement: Statement) => [...(statement.parameters ?? [])];

  return {
    kind: "postgres",
    query: <Row extends object>(statement: Statement, callOptions?: QueryOptions) =>
      within(callOptions, async (call) => {
        checkStatement(statement);
        if (callOptions?.ownTransaction !== undefined) {
          const script = ownTransaction(statement, callOptions.ownTransaction);
          checkStatement({ text: script });
          const results = await pool.run(call, (sql) => sql.unsafe(script).simple());
          return rowsOf(lastResult(results)) as Row[];
        }
        const parameters = parametersOf(statement);
        // A statement without parameters is not repeated, so preparing it would only use server memory.
        const prepare = client.prepare && parameters.length > 0;
        const run = (options?: BorrowOptions) =>
          pool.run(call, (sql) => sql.unsafe(statement.text, parameters, { prepare, ...oneStatement }), options);
        const rows = await run().catch((error: unknown) => {
          if (callOptions?.isRepeatable !== true || !isLostConnection(error)) throw error;
          // The idle ones were probably lost as well.
          return run({ isNew: true });
        });
        return rowsOf(rows) as Row[];
      }),
    async *stream<Row extends object>(
      statement: Statement,
      callOptions?: CallOptions & { readonly chunkRows?: number },
    ): AsyncGenerator<Row[]> {
      checkStatement(statement);
      const chunkRows = callOptions?.chunkRows ?? defaultChunkRows;
      for await (const rows of streamFromPostgres(pool, statement, chunkRows, callOptions)) yield rows as Row[];
    },
    script: (text, callOptions) =>
      within(callOptions, async (call) => {
        checkStatement({ text });
        await pool.run(call, (sql) => sql.unsafe(text).simple());
      }),
    copyFrom: (target, chunks, callOptions) =>
      within(callOptions, (call) => copyIntoPostgres(pool, call, target, chunks)),
    copyTo: (text, callOptions) => copyFromPostgres(pool, text, callOptions),
    listen: (channel, onPayload, onLost) => listener.listen(channel, onPayload, onLost),
    async abandonUnlessReachable(waitMs) {
      const probe = connectPostgres({ ...client, connectTimeoutMs: waitMs }, (fresh) => fresh.unsafe("select 1"));
      try {
        await probe.ready;
      } catch (error) {
        if (mayPass(toDatabaseError(error))) pool.abandon();
      } finally {
        await discardClient(probe.client);
      }
    },
    async close() {
      await listener.close();
      await pool.close();
    },
  };
}

interface PostgresListener {
  listen(channel: string, onPayload: (payload: string) => void, onLost?: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Listens on its own connections, one per channel; each reconnects by itself. */
function createPostgresListener(options: PostgresClientOptions): PostgresListener {
  const clients = new Set<PostgresClient>();
  let closed = false;

  const end = async (client: PostgresClient) => {
    clients.delete(client);
    await discardClient(client);
  };

  return {
    async listen(channel, onPayload, onLost) {
      if (closed) throw new DatabaseError("closed", "The database is closed.");
      let established = false;
      let losses = 0;
      const delayed = { ...options, reconnectDelay: () => reconnectDelay(++losses, maxListenPauseMs) };
      const { client, ready } = connectPostgres(delayed, (fresh) =>
        fresh.listen(channel, onPayload, () => {
          if (established) onLost?.();
          established = true;
          losses = 0;
        }),
      );
      clients.add(client);
      try {
        await ready;
      } catch (error) {
        // The library would keep retrying after a failed listen.
        await end(client);
        throw error;
      }
      return () => end(client);
    },
    async close() {
      closed = true;
      await Promise.all([...clients].map(end));
    },
  };
}
