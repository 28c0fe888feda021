/** SQL text with parameters; every placeholder is cast in the text (`$1::bigint`), every parameter is sent as text. */
export interface Statement {
  readonly text: string;
  readonly parameters?: readonly (string | null)[];
}

/**
 * A result value: bool → boolean, int2/int4/float4/float8 → number, null → null, every other type → PostgreSQL's
 * text for it (int8, numeric, json, timestamps, arrays and vectors included).
 */
export type Value = string | number | boolean | null;

/** The chunks of a bulk load. A large load passes bytes, which are not copied. */
export type Chunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

export interface CallOptions {
  /** Milliseconds until the call is aborted with `DatabaseError` code `deadline_exceeded`. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** Settings of a transaction besides isolation, access mode and timeouts. */
export interface TransactionSettings {
  /** Schemas for unqualified names. Default: those of the session. */
  readonly searchPath?: readonly string[];
}

export interface QueryOptions extends CallOptions {
  /**
   * Runs the statement in a `read committed`, writable transaction without timeouts, whatever the defaults of the role and
   * the database. For internal statements: see `own-transaction.ts`. Default: the session's settings.
   */
  readonly ownTransaction?: TransactionSettings;
  /**
   * Set if the statement only reads: when its connection to PostgreSQL is lost, it is repeated once on a new one, within
   * the deadline.
   */
  readonly isRepeatable?: boolean;
}

/**
 * A PostgreSQL database. There are no interactive transactions: a write is one statement, one function call or one script,
 * each of them atomic.
 *
 * Failures are `DatabaseError`s with a stable `code`; `sqlState` and `detail` are PostgreSQL's, if it reported the failure.
 */
export interface Database {
  readonly kind: "postgres" | "pglite" | "socket";

  /** Runs one statement; the rows are objects by column name. */
  query<Row extends object = Record<string, Value>>(statement: Statement, options?: QueryOptions): Promise<Row[]>;

  /** Runs one query and yields its rows in chunks of at most `chunkRows`, with memory for about one chunk. */
  stream<Row extends object = Record<string, Value>>(
    statement: Statement,
    options?: CallOptions & { readonly chunkRows?: number },
  ): AsyncIterable<Row[]>;

  /** Runs several statements without parameters in one implicit transaction: all or nothing. */
  script(text: string, options?: CallOptions): Promise<void>;

  /**
   * Bulk load in PostgreSQL's CSV format, in UTF-8: `copyFrom({ table: "public.speeches", columns: ["id"] }, chunks)`. A chunk may
   * end anywhere. Returns the number of rows.
   */
  copyFrom(
    target: { readonly table: string; readonly columns: readonly string[] },
    chunks: Chunks,
    options?: CallOptions,
  ): Promise<number>;

  /**
   * Runs one query without parameters and yields its rows as bytes in the text format of COPY (tabs, `\\N`, LF, UTF-8), with
   * memory for about one chunk. A chunk may end anywhere. All rows are those of one moment.
   */
  copyTo(text: string, options?: CallOptions): AsyncIterable<Uint8Array>;

  /**
   * Calls `onPayload` for each NOTIFY on the channel. `onLost` is called when notifications may have been missed (the
   * connection was re-established); the listener should then read the state again. Returns the function that stops it.
   */
  listen(channel: string, onPayload: (payload: string) => void, onLost?: () => void): Promise<() => Promise<void>>;

  /** Waits for running calls, then closes every connection. */
  close(): Promise<void>;
}
