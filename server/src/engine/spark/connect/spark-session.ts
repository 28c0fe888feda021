import type { CallOptions } from "../../../database/index";
import type { SparkRow } from "./arrow-rows";

export interface SparkSettings extends CallOptions {
  /** The name of the engine, for messages. */
  readonly engine: string;
  /** `sc://host:port/;token=…;use_ssl=true`. A secret. */
  readonly url: string;
  /** Settings of the session, `{ "spark.sql.session.timeZone": "UTC" }`: set and checked. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The id of a session of another process that is to be joined, to interrupt what it runs. Default: a new one. */
  readonly sessionId?: string;
  /** How long a call is repeated while the connection breaks. Default: 15,000. */
  readonly repeatMs?: number;
  /** How long tasks of a statement may wait without one of them running, until it fails with `engine_busy`. Default: for ever. */
  readonly busyMs?: number;
  /** How Spark's pages name the client. Default: Featstore with its version. */
  readonly userAgent?: string;
}

export interface StatementOptions extends CallOptions {
  /** The values of `:p1`, `:p2`, … as texts, which the statement casts. */
  readonly parameters?: readonly (string | null)[];
  /** A name for `interrupt`, without commas. */
  readonly tag?: string;
  /** Called when the progress has changed, at most every two seconds. */
  readonly onProgress?: (progress: SparkProgress) => void;
}

/** Sums over the stages that Spark has started so far. */
export interface SparkProgress {
  readonly stages: number;
  readonly completedStages: number;
  readonly tasks: number;
  readonly completedTasks: number;
  readonly runningTasks: number;
  readonly bytesRead: number;
}

export interface SparkField {
  readonly name: string;
  /** The type as Spark writes it in SQL: `bigint`, `decimal(38,10)`, `array<string>`. */
  readonly type: string;
  readonly nullable: boolean;
}

/**
 * A session of Spark Connect. Settings and temporary views are its own; statements may run beside each other, and one that
 * fails does not end it. Errors: `SparkError` for what Spark says about a statement; other `EngineError`s, of which
 * `engine_session_expired` means that the caller may open a new session; `DatabaseError` with `aborted` or `deadline_exceeded`.
 * A statement that is aborted, or whose stream the consumer leaves, is interrupted in Spark.
 */
export interface SparkSession {
  readonly id: string;
  /** `4.1.4`. */
  readonly version: string;
  /** Runs a query with a small result. */
  rows<Row extends object = SparkRow>(text: string, options?: StatementOptions): Promise<readonly Row[]>;
  /** Runs a query and yields its rows, each once, in groups of the size that Spark chooses. */
  stream(text: string, options?: StatementOptions): AsyncIterable<readonly SparkRow[]>;
  /** Runs a command, such as `insert overwrite directory`. Checks a query, but does not run it. */
  run(text: string, options?: StatementOptions): Promise<void>;
  /** Returns the columns of a query without running it. */
  schemaOf(text: string, options?: StatementOptions): Promise<readonly SparkField[]>;
  set(settings: Readonly<Record<string, string>>, options?: CallOptions): Promise<void>;
  /** Returns settings of the session and of the server; null for one that is unset. */
  get(keys: readonly string[], options?: CallOptions): Promise<Readonly<Record<string, string | null>>>;
  /** Ends the statements with a tag. Returns how many there were. */
  interrupt(tag: string, options?: CallOptions): Promise<number>;
  /** Ends what runs, and lets the server forget the session. Never fails. */
  close(): Promise<void>;
}
