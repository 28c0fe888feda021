import type { ErrorCode } from "../../errors";
import type { PassthroughType } from "./passthrough-type";

/** A value of a spine as JSON text, digits as they were written; null: there is none. */
export type Cell = string | null;

/** What is wrong with a row of a spine. */
export interface SpineFault {
  readonly code: ErrorCode;
  /** `line 3, as_of` */
  readonly path: string;
  readonly detail: string;
}

/** One row of a spine as it was given, or why it cannot be read. `path`: `line 3`, `row 3`. */
export type SpineRow =
  | { readonly path: string; readonly cells: ReadonlyMap<string, Cell> }
  | { readonly path: string; readonly fault: SpineFault };

/** What a typed column of a spine holds: how its cells read, and its Arrow type as `arrowTypeName` calls it. */
export interface SpineColumnType {
  readonly type: PassthroughType;
  readonly arrow: string;
}

/** A spine on its way in. */
export interface SpineReader {
  /** Every value is a text, whatever it looks like (CSV). */
  readonly isUntyped: boolean;
  /** Integers have all their digits, however long they are (Parquet, SQL). */
  readonly isExact: boolean;
  /** The types of columns that have one each (Parquet), by name; they are known with the first row. */
  readonly types?: ReadonlyMap<string, SpineColumnType>;
  /**
   * The rows in order; every row has the same columns, or they are told by the row. Throws `SpineFaults` where nothing
   * more can be read.
   */
  rows(): AsyncIterable<SpineRow>;
}

/** Ends the reading of a spine: what was found wrong with it as a whole. */
export class SpineFaults extends Error {
  override readonly name = "SpineFaults";

  constructor(readonly faults: readonly SpineFault[]) {
    super(faults.map(({ path, detail }) => `${path}: ${detail}`).join("; "));
  }
}

/** Throws one fault of the spine as a whole. */
export function refuseSpine(code: ErrorCode, path: string, detail: string): never {
  throw new SpineFaults([{ code, path, detail }]);
}
