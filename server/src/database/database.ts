/** Text with its parameters; every placeholder is cast in the text (`$1::bigint`), every parameter travels as text. */
export interface Statement {
  readonly text: string;
  readonly parameters?: readonly (string | null)[];
}

/**
 * A result value: bool → boolean, int2/int4/float4/float8 → number, null → null, every other type → PostgreSQL's
 * text for it (int8, numeric, json, timestamps, arrays and vectors included).
 */
export type Value = string | number | boolean | null;

export interface CallOptions {
  /** Milliseconds from now after which the call is given up with `DatabaseError` code `deadline_exceeded`. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** What a transaction sets for itself beside isolation, access mode and timeouts. */
export interface TransactionSettings {
  /** Schemas in which names without one are looked up; absent: those of the session. */
  readonly searchPath?: readonly string[];
}

export interface QueryOptions extends CallOptions {
  /**
   * The statement runs in a transaction that is `read committed`, may write and has no timeout, whatever the role and the
   * database set as defaults. For statements of our own: see `own-transaction.ts`. Absent: as the session is.
   */
  readonly ownTransaction?: TransactionSettings;
}

/**
 * One PostgreSQL. There are no interactive transactions: a write is one statement, one function call or one script,
 * each atomic by itself.
 *
 * Failures are `DatabaseError`s with a stable `code`; `sqlState` and `detail` are PostgreSQL's own where it spoke.
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

  /** Bulk load in PostgreSQL's CSV format: `copyFrom({ table: "public.tracks", columns: ["id"] }, chunks)`. Gives the rows loaded. */
  copyFrom(
    target: { readonly table: string; readonly columns: readonly string[] },
    chunks: AsyncIterable<string> | Iterable<string>,
    options?: CallOptions,
  ): Promise<number>;

  /**
   * Calls `onPayload` for each NOTIFY on the channel. `onLost` is called when notifications may have been missed (the
   * connection was re-established); the listener should then read the state again. Gives the function that ends it.
   */
  listen(channel: string, onPayload: (payload: string) => void, onLost?: () => void): Promise<() => Promise<void>>;

  /** Waits for running calls, then lets go of every connection. */
  close(): Promise<void>;
}
