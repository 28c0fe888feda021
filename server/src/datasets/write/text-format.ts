import type { ColumnValues } from "../../columnar/index";
import { type ByteWriter, createByteWriter } from "./byte-writer";
import { isSet } from "./column-builder";
import type { SnapshotPlan } from "./snapshot-plan";
import { jsonFloat, type ValueWriter, valueWriter } from "./value-text";

type PlannedColumn = SnapshotPlan["columns"][number];

/** A format of text files. */
export interface TextFormat {
  /** The beginning of a file. */
  open(out: ByteWriter): void;
  row(out: ByteWriter, row: number, isFirst: boolean): void;
  end(out: ByteWriter): void;
}

const QUOTE = 34;
const COMMA = 44;
const LF = 10;

/**
 * CSV (RFC 4180, UTF-8) with a header and LF. The plan's null text is unquoted; a text that equals it, the empty text and texts
 * with quotes, commas, line breaks or outer blanks are quoted. Lists, vectors and JSON are JSON texts. With `escapeFormulas`,
 * `'` precedes texts that begin with `=`, `+`, `-`, `@`, a tab or CR. (The CSV of training sets has the same quoting; it starts
 * from JSON texts of rows, which would halve the speed here.)
 */
export function csvFormat(
  columns: readonly PlannedColumn[],
  values: readonly ColumnValues[],
  csv: SnapshotPlan["csv"],
): TextFormat {
  const nullText = Buffer.from(csv.null);
  const writers = columns.map(({ type }, index) => valueWriter(type, values[index] as ColumnValues));
  const scratch = createByteWriter(1024);
  const isQuoted = columns.map(({ type }) => type.endsWith("[]") || type.startsWith("vector("));
  return {
    open(out) {
      for (const [index, { name }] of columns.entries()) {
        if (index > 0) out.byte(COMMA);
        const bytes = Buffer.from(name);
        csvField(out, bytes, 0, bytes.length, nullText, false);
      }
      out.byte(LF);
    },
    row(out, row) {
      for (let index = 0; index < columns.length; index += 1) {
        if (index > 0) out.byte(COMMA);
        const column = values[index] as ColumnValues;
        const write = writers[index];
        if (!isSet(column.validity, row)) out.bytes(nullText, 0, nullText.length);
        else if (write === undefined) {
          const offsets = column.offsets as Int32Array;
          const escaped = csv.escapeFormulas && columns[index]?.type === "string";
          csvField(
            out,
            column.values as Uint8Array,
            offsets[row] as number,
            offsets[row + 1] as number,
            nullText,
            escaped,
          );
        } else if (isQuoted[index] === true) {
          scratch.take();
          write(scratch, row);
          const bytes = scratch.take();
          csvField(out, bytes, 0, bytes.length, nullText, false);
        } else write(out, row);
      }
      out.byte(LF);
    },
    end() {},
  };
}

/** Appends a text as a CSV field. */
export function csvField(
  out: ByteWriter,
  bytes: Uint8Array,
  start: number,
  end: number,
  nullText: Uint8Array,
  escapeFormulas: boolean,
): void {
  const first = bytes[start];
  const isFormula = escapeFormulas && end > start && isFormulaStart(first as number);
  let quoted = start === end || isFormula || isBlank(first as number) || isBlank(bytes[end - 1] as number);
  let quotes = false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte > COMMA) continue;
    if (byte === QUOTE) {
      quotes = true;
      quoted = true;
    } else if (byte === COMMA || byte === LF || byte === 13) quoted = true;
  }
  if (!quoted && end - start === nullText.length && Buffer.compare(bytes.subarray(start, end), nullText) === 0)
    quoted = true;
  if (!quoted) {
    out.bytes(bytes, start, end);
    return;
  }
  out.byte(QUOTE);
  if (isFormula) out.byte(39);
  if (!quotes) out.bytes(bytes, start, end);
  else
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) out.byte(QUOTE);
      out.byte(byte);
    }
  out.byte(QUOTE);
}

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

function isFormulaStart(byte: number): boolean {
  return byte === 61 || byte === 43 || byte === 45 || byte === 64 || byte === 9 || byte === 13;
}

/**
 * JSON Lines, or one JSON array with a row per line. int64 values are numbers with all digits, decimals are texts; NaN and the
 * infinities are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`.
 */
export function jsonFormat(
  kind: "jsonl" | "json",
  columns: readonly PlannedColumn[],
  values: readonly ColumnValues[],
): TextFormat {
  const prefixes = columns.map(({ name }, index) => Buffer.from(`${index === 0 ? "{" : ","}${JSON.stringify(name)}:`));
  const writers = columns.map(({ type }, index) => jsonWriter(type, values[index] as ColumnValues));
  return {
    open(out) {
      if (kind === "json") out.ascii("[");
    },
    row(out, row, isFirst) {
      if (kind === "json") out.ascii(isFirst ? "\n" : ",\n");
      for (let index = 0; index < columns.length; index += 1) {
        const prefix = prefixes[index] as Buffer;
        out.bytes(prefix, 0, prefix.length);
        if (isSet((values[index] as ColumnValues).validity, row)) (writers[index] as ValueWriter)(out, row);
        else out.ascii("null");
      }
      out.ascii(kind === "json" ? "}" : "}\n");
    },
    end(out) {
      if (kind === "json") out.ascii("\n]\n");
    },
  };
}

function jsonWriter(type: PlannedColumn["type"], column: ColumnValues): ValueWriter {
  const write = valueWriter(type, column);
  const bounds = (row: number) =>
    [(column.offsets as Int32Array)[row] as number, (column.offsets as Int32Array)[row + 1] as number] as const;
  if (type === "json")
    return (out, row) => {
      // Line breaks in JSON are blanks between its parts.
      const [start, end] = bounds(row);
      for (let at = start; at < end; at += 1) {
        const byte = column.values[at] as number;
        out.byte(byte === LF || byte === 13 ? 32 : byte);
      }
    };
  if (write === undefined)
    return (out, row) => {
      const [start, end] = bounds(row);
      jsonText(out, column.values as Uint8Array, start, end);
    };
  if (type === "float32" || type === "float64")
    return (out, row) => {
      const value = column.values[row] as number;
      if (Number.isFinite(value)) write(out, row);
      else out.ascii(jsonFloat(String(value)));
    };
  if (type === "date" || type === "timestamp")
    return (out, row) => {
      out.byte(QUOTE);
      write(out, row);
      out.byte(QUOTE);
    };
  return write;
}

const HEX = "0123456789abcdef";

function jsonText(out: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  out.byte(QUOTE);
  let from = start;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= 32 && byte !== QUOTE && byte !== 92 && byte !== 127) continue;
    out.bytes(bytes, from, at);
    from = at + 1;
    if (byte === QUOTE || byte === 92) {
      out.byte(92);
      out.byte(byte);
    } else if (byte === LF) out.ascii("\\n");
    else if (byte === 9) out.ascii("\\t");
    else if (byte === 13) out.ascii("\\r");
    else out.ascii(`\\u00${HEX[byte >> 4]}${HEX[byte & 15]}`);
  }
  out.bytes(bytes, from, end);
  out.byte(QUOTE);
}
