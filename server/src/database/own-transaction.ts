import type { Statement, TransactionSettings } from "./database";
import { quoteName } from "./sql-text";

/**
 * Returns settings that make a transaction independent of the defaults of the role, the database and the server. They precede
 * the first read and end with the transaction, so that a pooler's next client does not see them.
 */
function prefix({ searchPath }: TransactionSettings): readonly string[] {
  return [
    "set transaction isolation level read committed, read write",
    // Each call has its own deadline, after which it is cancelled.
    "set local statement_timeout = 0",
    "set local lock_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
    ...(searchPath === undefined ? [] : [`set local search_path = ${searchPath.map(quoteName).join(", ")}`]),
  ];
}

/** Wraps a script as `ownTransaction` does. */
export function ownScript(text: string): string {
  return [...prefix({}), text].join(";\n");
}

/**
 * Converts a statement into a script that is one implicit transaction. A script has no parameters, so they become literals
 * in the text. With parameters, use it only for internal statements without comments and dollar quotes.
 */
export function ownTransaction({ text, parameters = [] }: Statement, settings: TransactionSettings): string {
  if (parameters.length === 0) return [...prefix(settings), text].join(";\n");
  const literals = text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g, (token: string, number?: string) =>
    number === undefined ? token : literal(parameters[Number(number) - 1] ?? null),
  );
  return [...prefix(settings), literals].join(";\n");
}

/** Quotes a literal that is valid with `standard_conforming_strings` on and off. */
function literal(value: string | null): string {
  if (value === null) return "null";
  const quoted = value.replaceAll("'", "''");
  return quoted.includes("\\") ? ` e'${quoted.replaceAll("\\", "\\\\")}'` : `'${quoted}'`;
}
