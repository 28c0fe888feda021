import type { ArrowColumn } from "../arrow/arrow-columns";
import type { Cell } from "../arrow/arrow-data";
import type { ParquetColumnPlan } from "./parquet-file-stream";

/** Limits that a spine's file must not exceed, according to its header. */
export interface ParquetReadLimits {
  readonly columns: number;
}

/** A column of a file: its name and its type, named as by `arrowTypeName`. */
export interface ParquetColumn {
  readonly name: string;
  readonly arrow: string;
}

/** Why a file cannot be read, with an error code of spines. */
export interface ParquetFault {
  readonly code: "spine_unreadable" | "spine_too_wide" | "spine_column_duplicate" | "spine_column_invalid";
  readonly path: string;
  readonly detail: string;
}

/** A row's values in column order, or the column whose value has no text form, and why. */
export type ParquetRow = readonly Cell[] | { readonly column: string; readonly detail: string };

/** The calls to the thread, with their results. A session reads or writes one file. */
export interface ParquetCalls {
  openFile(file: { readonly path: string; readonly limits: ParquetReadLimits }): readonly ParquetColumn[];
  /** Returns the next rows; none at the end. */
  readRows(none: null): readonly ParquetRow[];
  beginFile(columns: readonly ArrowColumn[]): null;
  /** Returns the bytes of the file that are ready. */
  writeRows(rows: readonly (readonly Cell[])[]): readonly Uint8Array[];
  endFile(none: null): readonly Uint8Array[];
  /** Reads columns of files one after another, as one file. */
  beginSelection(selection: ParquetSelection): null;
  /** Returns the next bytes, none at the end, and the number of rows read so far. */
  readSelection(none: null): { readonly bytes: Uint8Array | null; readonly rows: number };
}

export interface ParquetSelection {
  readonly paths: readonly string[];
  /** In the files' order. */
  readonly columns: readonly ParquetColumnPlan[];
}

export type ParquetCall = keyof ParquetCalls;

export type ParquetRequest =
  | {
      [Call in ParquetCall]: {
        readonly id: number;
        readonly session: number;
        readonly call: Call;
        readonly argument: Parameters<ParquetCalls[Call]>[0];
      };
    }[ParquetCall]
  | { readonly session: number; readonly call: "end" };

export type ParquetReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly fault: ParquetFault }
  | { readonly id: number; readonly failure: string };

export interface ParquetWorkerData {
  readonly memoryMb: number;
}
