import { DatabaseError } from "../database/database-error";

/** What PostgreSQL says of a statement whose tables are not what they were when it was compiled, by SQLSTATE. */
const CODES: Readonly<Record<string, string>> = {
  "42P01": "source_missing", // undefined table
  "3F000": "source_missing", // undefined schema
  "42703": "source_changed", // undefined column
  "42804": "source_changed", // datatype mismatch
  "42846": "source_changed", // cannot coerce
  "42883": "source_changed", // no such function or operator for these types
};

/** The stable code of why a run failed. */
export function runFailureCode(error: Error): string {
  if (error instanceof DatabaseError && error.sqlState !== undefined) {
    const code = CODES[error.sqlState];
    if (code !== undefined) return code;
  }
  return "code" in error && typeof error.code === "string" ? error.code : "internal";
}
