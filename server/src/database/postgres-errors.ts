import postgres from "postgres";
import { DatabaseError } from "./database-error";

function codeOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
    return error.code;
  return "no code";
}

/** True when PostgreSQL refused the statement and the connection is as good as before. */
export function isStatementError(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.severity === "ERROR";
}

/**
 * The client library's error as ours. Whatever is not PostgreSQL's refusal of a statement means that the server could not be
 * reached; such a message says no more than a code, because the library's own may quote the address.
 */
export function toDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  if (error instanceof postgres.PostgresError) {
    const code = isStatementError(error) ? "statement_failed" : "unreachable";
    return new DatabaseError(code, error.message, error.code, error.detail);
  }
  const code = codeOf(error);
  if (code === "CONNECTION_ENDED") return new DatabaseError("closed", "The database is closed.");
  return new DatabaseError("unreachable", `PostgreSQL cannot be reached (${code}).`);
}
