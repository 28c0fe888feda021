import type { CallOptions, Database } from "../../database/index";
import { quoteText } from "../../database/index";
import type { DuckdbSession } from "./process/index";

/** Runs statements in the PostgreSQL that the session has attached, as its role and read-only. */
export function attachedPostgres(session: DuckdbSession): Pick<Database, "query"> {
  return {
    async query<Row extends object>(
      { text, parameters = [] }: { readonly text: string; readonly parameters?: readonly (string | null)[] },
      options?: CallOptions,
    ): Promise<Row[]> {
      // DuckDB passes no parameters on. The row as JSON keeps booleans and numbers; a value that is JSON becomes text again.
      const inlined = text.replaceAll(/\$(\d+)/g, (_, number) => literal(parameters[Number(number) - 1]));
      const rows = await session.rows<{ row: string }>(
        `select "row" from postgres_query('source', ${quoteText(`select row_to_json(r)::text as "row" from (\n${inlined}\n) as r`)})`,
        options,
      );
      return rows.map(({ row }) => {
        const members = Object.entries(JSON.parse(row) as Readonly<Record<string, unknown>>); // a row, by the statement
        return Object.fromEntries(
          members.map(([name, value]) => [
            name,
            typeof value === "object" && value !== null ? JSON.stringify(value) : value,
          ]),
        ) as Row; // the caller names its columns
      });
    },
  };
}

function literal(value: string | null | undefined): string {
  return value === null || value === undefined ? "null" : quoteText(value);
}
