import { openAsBlob } from "node:fs";
import { type Field, type Table, tableFromIPC } from "apache-arrow";
import type { ParquetFile } from "parquet-wasm/esm/parquet_wasm.js";
import { arrowTypeName } from "../arrow/arrow-type-name";
import { cellReader, UnreadableCell } from "./cell-reader";
import type { ParquetWasm } from "./load-parquet";
import type { ParquetColumn, ParquetFault, ParquetReadLimits, ParquetRow } from "./parquet-messages";

/** Cells per message, so that receiving one never blocks the serving thread for long. */
const MAX_CELLS = 8192;
const MAX_CHARACTERS = 262_144;
/**
 * Bytes of a row group to decode at once, or a sixteenth of the group if that is more, because each piece reads the
 * group from disk again.
 */
const PIECE_BYTES = 8_388_608;
const PIECES = 16;
const FIRST_ROWS = 64;
const MAX_ROWS = 65_536;

/** A file that cannot be read as a spine. */
export class ParquetRefusal extends Error {
  constructor(readonly fault: ParquetFault) {
    super(fault.detail);
  }
}

export interface OpenParquetFile {
  readonly columns: readonly ParquetColumn[];
  /** Returns the next rows; none at the end. */
  readRows(): Promise<readonly ParquetRow[]>;
}

/** Opens a spine's file and checks its footer. Throws `ParquetRefusal`. */
export async function openParquetFile(
  wasm: ParquetWasm,
  path: string,
  limits: ParquetReadLimits,
): Promise<OpenParquetFile> {
  const file = await orUnreadable(async () => wasm.ParquetFile.fromFile(await openAsBlob(path)));
  const groups = file
    .metadata()
    .rowGroups()
    .map((group) => ({ rows: group.numRows(), bytes: group.totalByteSize(), width: group.numColumns() }));
  // Before the schema is read, which takes seconds with tens of thousands of columns.
  checkWidth(groups[0]?.width ?? 0, limits);
  const fields = fieldsOf(file);
  checkWidth(fields.length, limits);
  const columns = columnsOf(fields);
  // Rows without columns have no size, so the footer could claim any number of them.
  const rows = allRows(file, columns.length === 0 ? [] : groups, columns);
  return {
    columns,
    async readRows() {
      const found: ParquetRow[] = [];
      let characters = 0;
      while (found.length * columns.length < MAX_CELLS && characters < MAX_CHARACTERS) {
        const { done, value } = await orUnreadable(() => rows.next());
        if (done === true) break;
        found.push(value);
        if ("length" in value) for (const cell of value) characters += cell?.length ?? 0;
      }
      return found;
    },
  };
}

function checkWidth(columns: number, limits: ParquetReadLimits): void {
  if (columns > limits.columns)
    throw new ParquetRefusal({ code: "spine_too_wide", path: "spine", detail: `it has ${columns} columns` });
}

function fieldsOf(file: ParquetFile): readonly Field[] {
  try {
    return tableFromIPC(file.schema().intoIPCStream()).schema.fields;
  } catch {
    const detail = "it has a column of an unsupported type";
    throw new ParquetRefusal({ code: "spine_column_invalid", path: "spine", detail });
  }
}

function columnsOf(fields: readonly Field[]): readonly ParquetColumn[] {
  const names = new Set<string>();
  return fields.map(({ name, type }) => {
    const shown = name.slice(0, 80);
    if (names.has(name))
      throw new ParquetRefusal({
        code: "spine_column_duplicate",
        path: "spine",
        detail: `the column ${JSON.stringify(shown)} occurs twice`,
      });
    names.add(name);
    const arrow = arrowTypeName(type);
    if (arrow !== undefined) return { name, arrow };
    const detail = `unsupported type ${String(type).slice(0, 200)}: leave the column out`;
    throw new ParquetRefusal({ code: "spine_column_invalid", path: shown, detail });
  });
}

async function* allRows(
  file: ParquetFile,
  groups: readonly { readonly rows: number; readonly bytes: number }[],
  columns: readonly ParquetColumn[],
): AsyncGenerator<ParquetRow, undefined> {
  let rows = FIRST_ROWS;
  for (const [index, group] of groups.entries()) {
    for (let offset = 0; offset < group.rows; ) {
      // Does not use `stream`, which decodes a whole row group before it returns the first row.
      const piece = await file.read({ rowGroups: [index], offset, limit: rows, batchSize: rows });
      const bytes = piece.intoIPCStream();
      const table = tableFromIPC(bytes);
      if (table.numRows === 0) throw new Error("A row group has fewer rows than its footer says");
      offset += table.numRows;
      const targetRows = Math.max(PIECE_BYTES, group.bytes / PIECES) / (bytes.byteLength / table.numRows);
      rows = Math.floor(Math.min(MAX_ROWS, 8 * rows, Math.max(1, targetRows)));
      yield* rowsOf(table, columns);
    }
  }
  return undefined;
}

function* rowsOf(table: Table, columns: readonly ParquetColumn[]): Generator<ParquetRow> {
  for (const batch of table.batches) {
    const readers = columns.map((column, index) => {
      const vector = batch.getChildAt(index);
      if (vector === null) throw new Error("A batch has fewer columns than its file");
      return { column: column.name, read: cellReader(vector) };
    });
    for (let index = 0; index < batch.numRows; index += 1) {
      let at = "";
      try {
        yield readers.map(({ column, read }) => {
          at = column;
          return read(index);
        });
      } catch (error) {
        if (!(error instanceof UnreadableCell)) throw error;
        yield { column: at, detail: error.message };
      }
    }
  }
}

/** Replaces the library's own messages, which may quote the file. */
async function orUnreadable<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    // A trap leaves the program's memory in an undefined state: the thread must end with it.
    if (error instanceof ParquetRefusal || isTrap(error)) throw error;
    const detail = "it is not a readable Parquet file";
    throw new ParquetRefusal({ code: "spine_unreadable", path: "spine", detail });
  }
}

/** Returns whether the WebAssembly program trapped, for example because it got no more memory. */
export function isTrap(error: unknown): boolean {
  return error instanceof Error && error.name === "RuntimeError";
}
