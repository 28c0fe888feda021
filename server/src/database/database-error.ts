import type { OutsideFault } from "../core/index";

/** The codes of database failures. */
export type DatabaseErrorCode =
  | "statement_failed"
  | "deadline_exceeded"
  | "aborted"
  | "overloaded"
  | "unreachable"
  | "closed";

export interface DatabaseErrorOptions extends ErrorOptions {
  /** Why the server could not be reached, if the connection's error says it. */
  readonly fault?: OutsideFault;
  /** The next step for the user, if the database is none of `DATABASE_URL`. */
  readonly advice?: string;
}

/** The error class of `Database`. `message` is PostgreSQL's and may quote data: never show it to a caller of the API. */
export class DatabaseError extends Error {
  readonly fault: OutsideFault | undefined;
  readonly advice: string | undefined;

  constructor(
    readonly code: DatabaseErrorCode,
    message: string,
    /** PostgreSQL's SQLSTATE, `23505`; undefined if the error is not PostgreSQL's. */
    readonly sqlState?: string,
    readonly detail?: string,
    { fault, advice, ...options }: DatabaseErrorOptions = {},
  ) {
    super(message, options);
    this.fault = fault;
    this.advice = advice;
    this.name = "DatabaseError";
  }
}
