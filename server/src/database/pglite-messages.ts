import type { Value } from "./database";
import type { DatabaseErrorCode } from "./database-error";

/** What the worker is started with. */
export interface PgliteWorkerData {
  /** Where the database is kept; in memory when undefined. */
  readonly folder: string | undefined;
  /** A tar of a data directory to begin with, for one in memory. */
  readonly image: string | undefined;
}

/** One thing for PGlite to do; the main thread sends the next one when it has the answer to the last. */
export type PgliteTask =
  | { readonly kind: "query"; readonly text: string; readonly parameters: readonly (string | null)[] }
  | { readonly kind: "script"; readonly text: string }
  | {
      readonly kind: "copy";
      /** A COPY from '/dev/blob'. */
      readonly text: string;
      /** An open file of this process with the CSV in it. */
      readonly descriptor: number;
    }
  | { readonly kind: "close" };

export interface PgliteFailure {
  readonly code: DatabaseErrorCode;
  readonly message: string;
  readonly sqlState: string | undefined;
  readonly detail: string | undefined;
}

/** Rows as arrays: the column names travel once. `count` is the number in PostgreSQL's command tag, 0 where it has none. */
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
