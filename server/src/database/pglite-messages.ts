import type { Value } from "./database";
import type { DatabaseErrorCode } from "./database-error";

/** The start options of the worker. */
export interface PgliteWorkerData {
  /** The database's folder; undefined for a database in memory. */
  readonly folder: string | undefined;
  /** A tar file with an initial data directory, for a database in memory. */
  readonly image: string | undefined;
}

/** A task for PGlite; the main thread sends the next one after the previous result. */
export type PgliteTask =
  | { readonly kind: "query"; readonly text: string; readonly parameters: readonly (string | null)[] }
  | { readonly kind: "script"; readonly text: string }
  | {
      readonly kind: "copy";
      /** A COPY statement from '/dev/blob'. */
      readonly text: string;
      /** A file descriptor of this process, open on the CSV. */
      readonly descriptor: number;
    }
  | {
      readonly kind: "copy_out";
      /** A COPY statement to stdout. */
      readonly text: string;
      /** A file descriptor of this process, which receives the bytes. */
      readonly descriptor: number;
    }
  | { readonly kind: "close" };

export interface PgliteFailure {
  readonly code: DatabaseErrorCode;
  readonly message: string;
  readonly sqlState: string | undefined;
  readonly detail: string | undefined;
}

/** Rows as arrays, with the column names once. `count` is the number in PostgreSQL's command tag, 0 if it has none. */
export interface PgliteResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  readonly count: number;
}

export type PgliteRequest = { readonly id: number; readonly task: PgliteTask };

export type PgliteReply =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly id: number; readonly result: PgliteResult }
  | { readonly kind: "failure"; readonly id: number; readonly failure: PgliteFailure }
  | { readonly kind: "notification"; readonly channel: string; readonly payload: string };
