import postgres from "postgres";
import { connectionFault, type OutsideFault, outsideFaultAdvice } from "../core/index";
import { DatabaseError } from "./database-error";

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
  const fault = connectionFault(error);
  if (fault.cause === "CONNECTION_ENDED") return new DatabaseError("closed", "The database is closed.");
  const message = `PostgreSQL cannot be reached (${fault.cause}).`;
  return new DatabaseError("unreachable", message, undefined, undefined, { fault });
}

/** Returns whether a connection was lost or could not be opened, for a reason that a second attempt may not meet. */
export function isLostConnection(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "unreachable" && refusedConnection(error) === undefined;
}

/** The reason why a running PostgreSQL rejected a connection: a code and advice. */
export interface RefusedConnection {
  readonly code:
    | "database_not_found"
    | "database_login_failed"
    | "database_certificate_untrusted"
    | "no_privilege"
    | "database_starting";
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

function distrusted(fault: OutsideFault): RefusedConnection {
  const remedy =
    fault.cause === "ERR_TLS_CERT_ALTNAME_INVALID"
      ? `${outsideFaultAdvice(fault)} in DATABASE_URL, or sslmode=verify-ca, which does not compare the name`
      : `${outsideFaultAdvice(fault)}, or name that file in DATABASE_URL: sslrootcert=<path>`;
  return {
    code: "database_certificate_untrusted",
    advice: fault.cause === "CERT_HAS_EXPIRED" ? `${outsideFaultAdvice(fault)} on the server` : remedy,
  };
}

/** Returns the reason of a rejected connection; undefined if the server cannot be reached. */
export function refusedConnection({ code, sqlState, fault }: DatabaseError): RefusedConnection | undefined {
  if (fault?.code === "certificate_untrusted") return distrusted(fault);
  return code === "unreachable" && sqlState !== undefined ? refusals[sqlState] : undefined;
}

/** Returns whether a connection could not be opened for a reason that time may change, unlike a wrong password. */
export function mayPass(error: DatabaseError): boolean {
  const refusal = refusedConnection(error);
  return error.code === "unreachable" && (refusal === undefined || refusal.code === "database_starting");
}
