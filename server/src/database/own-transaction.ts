import type { Statement, TransactionSettings } from "./database";
import { quoteIdentifier } from "./sql-text";

/**
 * The settings of a transaction that does not depend on what the role, the database or the server sets as defaults. They
 * come before the first statement that reads, and end with the transaction: a pooler's next client sees nothing of them.
 */
function prefix({ searchPath }: TransactionSettings): readonly string[] {
  return [
    "set transaction isolation level read committed, read write",
    // A call of ours has a deadline of its own, after which it is cancelled.
    "set local statement_timeout = 0",
    "set local lock_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
    ...(searchPath === undefined ? [] : [`set local search_path = ${searchPath.map(quoteIdentifier).join(", ")}`]),
  ];
}

/** A script in a transaction of its own, as `ownTransaction`. */
export function ownScript(text: string): string {
  return [...prefix({}), text].join(";\n");
}

/**
 * A statement as a script that is one implicit transaction. A script has no parameters, so they stand in the text as
 * literals: with parameters it is for statements of our own, which have neither comments nor dollar quotes.
 */
export function ownTransaction({ text, parameters = [] }: Statement, settings: TransactionSettings): string {
  if (parameters.length === 0) return [...prefix(settings), text].join(";\n");
  const literals = text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g, (token: string, number?: string) =>
    number === undefined ? token : literal(parameters[Number(number) - 1] ?? null),
  );
  return [...prefix(settings), literals].join(";\n");
}

/** Right with `standard_conforming_strings` on and off. */
function literal(value: string | null): string {
  if (value === null) return "null";
  const quoted = value.replaceAll("'", "''");
  return quoted.includes("\\") ? ` e'${quoted.replaceAll("\\", "\\\\")}'` : `'${quoted}'`;
}
