import { CommandProblem, type ErrorCode, type ExitName, FeatstoreError, fullDisk } from "../../core/index";
import { DatabaseError, refusedConnection } from "../../database/index";

/** Exit codes for the error codes of the data folder, the registry and migrations. */
const exitOfOtherCode: Readonly<Record<string, ExitName>> = {
  data_folder_locked: "busy",
  data_folder_unusable: "configuration",
  run_in_progress: "busy",
  changes_in_progress: "busy",
  view_is_read: "busy",
  migration_edited: "database",
  migration_out_of_order: "database",
  migration_failed: "database",
};

const adviceOfCode: Readonly<Record<string, string>> = {
  data_folder_locked: "wait until it is done, or stop it; featstore doctor shows it",
  run_in_progress: "wait until it is done",
  changes_in_progress: "wait until it is done",
  migration_edited: "restore the migration's text: applied migrations never change",
  migration_failed: "everything was rolled back; featstore doctor checks privileges and versions",
};

const exitOfCode: Partial<Record<ErrorCode, ExitName>> = {
  config_invalid: "configuration",
  key_secret_required: "configuration",
  port_in_use: "busy",
  address_unavailable: "configuration",
  data_folder_unusable: "configuration",
  data_folder_held: "busy",
  database_too_old: "database",
  schema_too_old: "database",
  database_rounds_numbers: "database",
  overloaded: "database",
  store_unavailable: "database",
  store_timeout: "database",
  internal: "internal",
};

/** Converts a thrown value to a problem; unexpected errors become `internal`. */
export function problemOf(error: unknown, signal: AbortSignal): CommandProblem {
  if (error instanceof CommandProblem) return error;
  if (signal.aborted && isAbort(error))
    return new CommandProblem({ code: "interrupted", what: "interrupted", exit: "interrupted" });
  const known = error instanceof FeatstoreError ? error : fullDisk(error);
  if (known !== undefined) {
    return new CommandProblem(
      {
        code: known.code,
        what: known.message,
        details: known.errors.map((fault) => `${fault.path}: ${fault.detail}`),
        exit: exitOfCode[known.code] ?? "failed",
      },
      { cause: error },
    );
  }
  if (error instanceof DatabaseError) return databaseProblem(error);
  if (error instanceof Error && error.name === "CLIError")
    return new CommandProblem({ code: "argument_missing", what: plain(error.message), exit: "usage" });
  if (error instanceof Error && hasCode(error))
    return new CommandProblem(
      {
        code: error.code,
        what: error.message,
        advice: adviceOfCode[error.code],
        exit: exitOfOtherCode[error.code] ?? "failed",
      },
      { cause: error },
    );
  return new CommandProblem(
    {
      code: "internal",
      what: error instanceof Error ? error.message : String(error),
      advice: "this is a fault of Featstore; FEATSTORE_DEBUG=1 shows where",
      exit: "internal",
    },
    { cause: error },
  );
}

function databaseProblem(error: DatabaseError): CommandProblem {
  const problem = (what: string, advice: string, exit: ExitName) =>
    new CommandProblem(
      { code: error.sqlState === "42501" ? "no_privilege" : `database_${error.code}`, what, advice, exit },
      { cause: error },
    );
  const refused = refusedConnection(error);
  if (refused !== undefined)
    return new CommandProblem({ ...refused, what: error.message, exit: "database" }, { cause: error });
  switch (error.code) {
    case "unreachable":
      return problem(
        error.message,
        error.advice ?? "check DATABASE_URL and that PostgreSQL runs; run featstore doctor for details",
        "database",
      );
    case "deadline_exceeded":
      return problem(
        "the database did not answer in time",
        "try again; featstore doctor checks the database",
        "database",
      );
    case "overloaded":
      return problem("the database has no free connection", "try again when it is less busy", "database");
    case "aborted":
      return new CommandProblem({ code: "interrupted", what: "interrupted", exit: "interrupted" }, { cause: error });
    case "closed":
      return problem("the connection to the database was closed", "try again", "database");
    case "statement_failed":
      return error.sqlState === "42501"
        ? problem(error.message, "featstore doctor prints the SQL that grants it", "database")
        : problem(
            `PostgreSQL rejected a statement: ${error.message}`,
            `SQLSTATE ${error.sqlState ?? "unknown"}; featstore doctor checks the database`,
            "failed",
          );
  }
}

function isAbort(error: unknown): boolean {
  return (
    (error instanceof Error && error.name === "AbortError") ||
    (error instanceof DatabaseError && error.code === "aborted")
  );
}

// Our services throw errors with a stable code in this form; the codes of Node's system errors are in capitals.
function hasCode(error: Error): error is Error & { readonly code: string } {
  return "code" in error && typeof error.code === "string" && /^[a-z][a-z_]+$/.test(error.code);
}

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removes terminal colours
  return text.replaceAll(/\u001b\[\d+m/g, "");
}
