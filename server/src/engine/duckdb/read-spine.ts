import { quoteName } from "../../database/index";
import type { Spines } from "../spines";
import type { OpenEngine } from "./process/index";
import { relationText } from "./relation-text";
import { streamed, textLines } from "./stream-rows";
import { withSources } from "./with-sources";

/** Streams the rows of Parquet files below the engine's roots as JSON objects: see `Spines.readSpine`. */
export function createReadSpine(engine: OpenEngine): Spines["readSpine"] {
  return async function* readSpine({ path }, options = {}) {
    const relation = { kind: "files", engine: engine.name, path } as const;
    const reads = { sources: [{ relation, columns: null }] };
    const files = relationText(engine.name, relation);
    const columns = await withSources(engine, reads, { ...options, isShort: true }, (duckdb) =>
      duckdb.rows<{ column_name: string; column_type: string }>(`describe select * from ${files}`),
    );
    const items = columns.map(({ column_name: name, column_type: type }) => {
      const column = quoteName(name);
      return `${valueText(column, type)} as ${column}`;
    });
    const bytes = streamed(engine, reads, options, (duckdb) =>
      duckdb.stream(`select ${items.join(", ")} from ${files}`, "json"),
    );
    for await (const lines of textLines(bytes)) yield* lines;
  };
}

/** A column's value as the rows of a request have it: times in ISO 8601, with `Z` if they are instants. */
function valueText(column: string, type: string): string {
  if (type === "TIMESTAMP WITH TIME ZONE") return `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ')`;
  if (type.startsWith("TIMESTAMP")) return `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%f')`;
  // Programs write a missing number as NaN, which JSON has not.
  if (type === "FLOAT" || type === "DOUBLE") return `case when isfinite(${column}) then ${column} end`;
  return column;
}
