import { type Database, quoteName, quoteTable } from "../../database/index";
import type { Sources } from "../sources";

/** Reads the key of any row of a table. */
export function createExampleKey(database: Database): Sources["exampleKey"] {
  return async ({ schema, table }, key) => {
    const columns = key.map(quoteName);
    // Only an example; doctor reports why the table cannot be read.
    const rows = await database
      .query<{ key: string }>(
        {
          text: `select json_build_array(${columns.map((column) => `${column}::text`).join(", ")})::text as key
          from ${quoteTable(schema, table)} where ${columns.map((column) => `${column} is not null`).join(" and ")} limit 1`,
        },
        { deadlineMs: 5_000 },
      )
      .catch(() => []);
    const [row] = rows;
    return row === undefined ? null : (JSON.parse(row.key) as readonly string[]); // an array of texts, by the query
  };
}
