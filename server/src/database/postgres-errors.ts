import postgres from "postgres";
import { DatabaseError } from "./database-error";

function codeOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
    return error.code;
  return "no code";
}

/** Returns whether PostgreSQL refused the statement and the connection is still usable. */
export function isStatementError(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.severity === "ERROR";
}

/**
 * Maps an error of the client library. Everything except a refused statement means that the server could not be reached; that
 * message contains only a code, because the library's may quote the address.
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

/** Returns whether a connection was lost or could not be opened, for a reason that a second attempt may not meet. */
export function isLostConnection(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "unreachable" && refusedConnection(error) === undefined;
}

/** The reason why a running PostgreSQL rejected a connection: a code and advice. */
export interface RefusedConnection {
  readonly code: "database_not_found" | "database_login_failed" | "no_privilege" | "database_starting";
  readonly advice: string;
}

const login = {
  code: "database_login_failed",
  advice: "check the user name and password in DATABASE_URL, and the server's pg_hba.conf",
} as const;

const refusals: Readonly<Record<string, RefusedConnection>> = {
  "3D000": {
    code: "database_not_found",
    advice: "create the database, or correct its name at the end of DATABASE_URL",
  },
  "28P01": login,
  "28000": login,
  "42501": {
    code: "no_privilege",
    advice: "as an administrator: grant the role in DATABASE_URL the privilege to connect to the database",
  },
  "57P03": { code: "database_starting", advice: "PostgreSQL is starting or stopping: try again in a moment" },
};

/** Returns the reason of a rejected connection; undefined if the server cannot be reached. */
export function refusedConnection({ code, sqlState }: DatabaseError): RefusedConnection | undefined {
  return code === "unreachable" && sqlState !== undefined ? refusals[sqlState] : undefined;
}
