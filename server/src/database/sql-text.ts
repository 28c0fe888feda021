import { quoteName } from "@featstore/definitions/compiler";
import type { Statement } from "./database";
import { DatabaseError } from "./database-error";

/** Statements of the server quote names and texts as compiled ones do. */
export { quoteName, quoteTable, quoteText } from "@featstore/definitions/compiler";

const maxParameters = 65_533;

/** Refuses statements that the wire protocol would truncate: null characters in the text, too many parameters. */
export function checkStatement({ text, parameters = [] }: Statement): void {
  if (text.includes("\0")) throw new DatabaseError("statement_failed", "A statement may not contain a null character.");
  if (parameters.length > maxParameters) {
    throw new DatabaseError(
      "statement_failed",
      `Expected at most ${maxParameters} parameters, got ${parameters.length}.`,
    );
  }
}

/** Builds the COPY statement of a bulk load; `from` is `stdin` or a quoted file name. */
export function copyStatement(
  target: { readonly table: string; readonly columns: readonly string[] },
  from: string,
): string {
  const table = target.table.split(".").map(quoteName).join(".");
  const columns = target.columns.map(quoteName).join(", ");
  const text = `copy ${table} (${columns}) from ${from} with (format csv)`;
  checkStatement({ text });
  return text;
}

/** Builds the statement of `copyTo`; `select` is one query. */
export function copyOutStatement(select: string): string {
  const text = `copy (${select}\n) to stdout`;
  checkStatement({ text });
  return text;
}

/** Builds one CSV line for `copyFrom`, with its newline; null is an empty field, any text is quoted. */
export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map((value) => (value === null ? "" : `"${value.replaceAll('"', '""')}"`)).join(",")}\n`;
}
