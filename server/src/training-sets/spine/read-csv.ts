import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { inPieces } from "../pause";
import { checkLine, checkWidth, defaultSpineLimits, type SpineLimits } from "./spine-limits";
import { type Cell, refuseSpine, type SpineReader, type SpineRow } from "./spine-row";
import { utf8Text } from "./utf8-text";

interface Parsed {
  readonly record: readonly Cell[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a spine in CSV: a header of names, commas, quotes doubled inside quotes. An empty field is null without quotes
 * and the empty text with quotes.
 */
export function csvSpine(bytes: AsyncIterable<Uint8Array>, limits: SpineLimits = defaultSpineLimits): SpineReader {
  return { isUntyped: true, isExact: false, rows: () => rowsOf(bytes, limits) };
}

async function* rowsOf(bytes: AsyncIterable<Uint8Array>, limits: SpineLimits): AsyncGenerator<SpineRow> {
  let lines = 0;
  const nextPath = () => `line ${lines + 1}`;
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limits.lineBytes,
    cast: (text, { quoting, index }) => {
      // Checked per field, since a line that is too wide may be long.
      if (index >= limits.columns) checkWidth(index + 1, nextPath(), limits);
      return text === "" && !quoting ? null : JSON.stringify(text);
    },
  });
  const text = Readable.from(utf8Text(inPieces(bytes)));
  // `pipe` does not forward errors.
  text.once("error", (error) => parser.destroy(error));
  text.pipe(parser);
  let header: readonly string[] | undefined;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      const path = nextPath();
      lines = info.lines;
      if (header === undefined) header = headerOf(record);
      else if (record.length !== header.length) {
        const detail = `it has ${record.length} fields, the header has ${header.length}`;
        yield { path, fault: { code: "spine_row_invalid", path, detail } };
      } else {
        yield { path, cells: new Map(header.map((name, index) => [name, record[index] ?? null])) };
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === "CSV_MAX_RECORD_SIZE") checkLine(Number.POSITIVE_INFINITY, nextPath(), limits);
    const detail = `invalid CSV: ${error.code.toLowerCase().replace(/^csv_/, "").replaceAll("_", " ")}`;
    refuseSpine("spine_row_invalid", nextPath(), detail);
  } finally {
    text.destroy();
    parser.destroy();
  }
}

function headerOf(record: readonly Cell[]): readonly string[] {
  const names = record.map((cell) => (cell === null ? "" : String(JSON.parse(cell))));
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (name === "") refuseSpine("spine_column_invalid", "line 1", `column ${index + 1} has no name`);
    if (seen.has(name))
      refuseSpine("spine_column_duplicate", "line 1", `${JSON.stringify(name.slice(0, 80))} is a duplicate name`);
    seen.add(name);
  }
  return names;
}
