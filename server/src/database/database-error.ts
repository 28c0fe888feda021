/** What can go wrong between us and PostgreSQL, apart from a wrong statement. */
export type DatabaseErrorCode =
  | "statement_failed"
  | "deadline_exceeded"
  | "aborted"
  | "overloaded"
  | "unreachable"
  | "closed";

/** The one error a `Database` throws. `message` is PostgreSQL's and may quote data: never show it to a caller of the API. */
export class DatabaseError extends Error {
  constructor(
    readonly code: DatabaseErrorCode,
    message: string,
    /** PostgreSQL's SQLSTATE, `23505`; undefined where it did not speak. */
    readonly sqlState?: string,
    readonly detail?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "DatabaseError";
  }
}
