import { DuckDBBlobValue, type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { duckdbMacros } from "../../../src/compiler";
import type { SqlTarget } from "./databases";

/** DuckDB in this process: an empty database in memory per `open`, in UTC as the server's sessions are. */
export const duckdbTarget: SqlTarget = {
  name: "DuckDB",
  engine: "duckdb",
  hasVectors: true,
  skip: false,
  open: async () => {
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    const connection = await instance.connect();
    await connection.run("set timezone = 'UTC'");
    for (const statement of duckdbMacros) await connection.run(statement);
    return {
      engine: "duckdb",
      query: (text, parameters = []) => textRows(connection, text, parameters),
      script: async (text) => {
        await connection.run(text);
      },
      close: async () => {
        connection.closeSync();
        instance.closeSync();
      },
    };
  },
};

async function textRows(
  connection: DuckDBConnection,
  text: string,
  parameters: readonly (string | null)[],
): Promise<readonly Readonly<Record<string, string | null>>[]> {
  const statement = await connection.prepare(text);
  try {
    // DuckDB refuses a value for a parameter that does not occur.
    const names = Array.from({ length: statement.parameterCount }, (_, index) => statement.parameterName(index + 1));
    statement.bind(Object.fromEntries(names.map((name) => [name, parameters[Number(name) - 1] ?? null])));
    const reader = await statement.runAndReadAll();
    return reader
      .getRowObjects()
      .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(value)])));
  } finally {
    statement.destroySync();
  }
}

/** A value as PostgreSQL's text of it, where tests compare both; a blob is the bytes of a text. */
function textOf(value: DuckDBValue): string | null {
  if (value === null) return null;
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString();
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "boolean") return value ? "t" : "f";
  const text = String(value);
  // A decimal has ten digits after its point.
  return typeof value === "object" && /^-?\d+\.\d{10}$/.test(text) ? text.replace(/\.?0+$/, "") : text;
}
