import type { DatasetFormat } from "../dataset-types";

/** Copies some columns of data files, in the form that they have there, and counts the rows. */
export interface ColumnFilter {
  /** Begins the next file; its rows follow those of the files before. */
  startFile(): void;
  push(chunk: Uint8Array): Uint8Array;
  /** Returns the last bytes. */
  end(): Uint8Array;
  readonly rows: number;
}

const [QUOTE, COMMA, LINE, RETURN, BACKSLASH] = [34, 44, 10, 13, 92];
const [OBJECT, OBJECT_END, LIST, LIST_END] = [123, 125, 91, 93];

/** Creates a filter for text formats. `isWanted`: for each column of the files, in their order. */
export function createColumnFilter(
  format: Exclude<DatasetFormat, "parquet">,
  isWanted: readonly boolean[],
): ColumnFilter {
  return format === "csv" ? csvFilter(isWanted) : jsonFilter(format, isWanted);
}

/** RFC 4180: a quote ends and begins a quoted field; a doubled one does both, and changes nothing. */
function csvFilter(isWanted: readonly boolean[]): ColumnFilter {
  let isQuoted = false;
  let column = 0;
  let isFirst = true;
  let isHeader = true;
  let skipsHeader = false;
  let files = 0;
  let rows = 0;
  const filter = {
    startFile() {
      [isQuoted, column, isFirst, isHeader] = [false, 0, true, true];
      skipsHeader = files > 0;
      files += 1;
    },
    push(chunk: Uint8Array) {
      const output = Buffer.allocUnsafe(chunk.length);
      let length = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0;
        if (byte === QUOTE) isQuoted = !isQuoted;
        if (byte === COMMA && !isQuoted) {
          if (isWanted[column] === true) isFirst = false;
          column += 1;
          if (isWanted[column] === true && !isFirst && !skipsHeader) output[length++] = COMMA;
          continue;
        }
        const endsRecord = byte === LINE && !isQuoted;
        const isBreak = endsRecord || (byte === RETURN && !isQuoted);
        if (!skipsHeader && (isBreak || isWanted[column] === true)) output[length++] = byte;
        if (!endsRecord) continue;
        if (!isHeader) rows += 1;
        [isHeader, skipsHeader, column, isFirst] = [false, false, 0, true];
      }
      return output.subarray(0, length);
    },
    end: () => new Uint8Array(),
    get rows() {
      return rows;
    },
  };
  return filter;
}

/** Objects, one per line, or in one array. Bytes outside of objects are made anew. */
function jsonFilter(format: "jsonl" | "json", isWanted: readonly boolean[]): ColumnFilter {
  let isText = false;
  let isEscaped = false;
  /** Depth within the object of a row. */
  let depth = 0;
  let column = 0;
  let isFirst = true;
  let rows = 0;
  const filter = {
    startFile() {
      [isText, isEscaped, depth] = [false, false, 0];
    },
    push(chunk: Uint8Array) {
      // A row may get a longer separator than it has.
      const output = Buffer.allocUnsafe(chunk.length * 2 + 4);
      let length = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0;
        const isStructure = !isText;
        if (isEscaped) isEscaped = false;
        else if (byte === QUOTE) isText = !isText;
        else if (isText && byte === BACKSLASH) isEscaped = true;
        if (depth === 0) {
          isText = false;
          if (byte !== OBJECT) continue;
          if (format === "json") {
            output[length++] = rows === 0 ? LIST : COMMA;
            output[length++] = LINE;
          }
          [depth, column, isFirst] = [1, 0, true];
          output[length++] = OBJECT;
          continue;
        }
        if (isStructure && depth === 1 && byte === COMMA) {
          if (isWanted[column] === true) isFirst = false;
          column += 1;
          if (isWanted[column] === true && !isFirst) output[length++] = COMMA;
          continue;
        }
        if (isStructure && (byte === OBJECT || byte === LIST)) depth += 1;
        if (isStructure && (byte === OBJECT_END || byte === LIST_END)) depth -= 1;
        if (depth > 0) {
          if (isWanted[column] === true) output[length++] = byte;
          continue;
        }
        output[length++] = OBJECT_END;
        if (format === "jsonl") output[length++] = LINE;
        rows += 1;
      }
      return output.subarray(0, length);
    },
    end: () => (format === "jsonl" ? new Uint8Array() : Buffer.from(rows === 0 ? "[]\n" : "\n]\n")),
    get rows() {
      return rows;
    },
  };
  return filter;
}
