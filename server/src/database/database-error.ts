/** The codes of database failures. */
export type DatabaseErrorCode =
  | "statement_failed"
  | "deadline_exceeded"
  | "aborted"
  | "overloaded"
  | "unreachable"
  | "closed";

/** The error class of `Database`. `message` is PostgreSQL's and may quote data: never show it to a caller of the API. */
export class DatabaseError extends Error {
  constructor(
    readonly code: DatabaseErrorCode,
    message: string,
    /** PostgreSQL's SQLSTATE, `23505`; undefined if the error is not PostgreSQL's. */
    readonly sqlState?: string,
    readonly detail?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "DatabaseError";
  }
}
