import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { type Cell, refuseSpine, type SpineReader, type SpineRow } from "./spine-row";
import { utf8Text } from "./utf8-text";

const MOST_RECORD_BYTES = 10_485_760;

interface Parsed {
  readonly record: readonly Cell[];
  readonly info: { readonly lines: number };
}

/**
 * A spine in CSV: a header of names, commas, quotes doubled inside quotes. An empty field without quotes is null; with
 * them it is the empty text.
 */
export function csvSpine(bytes: AsyncIterable<Uint8Array>): SpineReader {
  return { isUntyped: true, isExact: false, rows: () => rowsOf(bytes) };
}

async function* rowsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SpineRow> {
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MOST_RECORD_BYTES,
    cast: (text, { quoting }) => (text === "" && !quoting ? null : JSON.stringify(text)),
  });
  const text = Readable.from(utf8Text(bytes));
  // A stream that is piped from tells its errors to itself only.
  text.once("error", (error) => parser.destroy(error));
  text.pipe(parser);
  let header: readonly string[] | undefined;
  let lines = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      const place = `line ${lines + 1}`;
      lines = info.lines;
      if (header === undefined) header = headerOf(record);
      else if (record.length !== header.length) {
        const detail = `it has ${record.length} fields, the header has ${header.length}`;
        yield { place, fault: { code: "spine_row_invalid", place, detail } };
      } else {
        yield { place, cells: new Map(header.map((name, index) => [name, record[index] ?? null])) };
      }
    }
  } catch (error) {
    if (error instanceof CsvError) {
      const detail = `this is not CSV: ${error.code.toLowerCase().replace(/^csv_/, "").replaceAll("_", " ")}`;
      refuseSpine("spine_row_invalid", `line ${lines + 1}`, detail);
    }
    throw error;
  } finally {
    text.destroy();
    parser.destroy();
  }
}

function headerOf(record: readonly Cell[]): readonly string[] {
  const names = record.map((cell) => (cell === null ? "" : String(JSON.parse(cell))));
  const empty = names.indexOf("");
  if (empty !== -1) refuseSpine("spine_column_invalid", "line 1", `column ${empty + 1} has no name`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuseSpine("spine_column_duplicate", "line 1", `"${twice.slice(0, 80)}" comes twice`);
  return names;
}
