import type { ErrorCode } from "../../core/index";

/** A spine value as JSON text with its original digits; null for a missing value. */
export type Cell = string | null;

/** A fault of a spine row. */
export interface SpineFault {
  readonly code: ErrorCode;
  /** `line 3, as_of` */
  readonly path: string;
  readonly detail: string;
}

/** One input row of a spine, or its fault. `path` is `line 3` or `row 3`. */
export type SpineRow =
  | { readonly path: string; readonly cells: ReadonlyMap<string, Cell> }
  | { readonly path: string; readonly fault: SpineFault };

/** The type of a typed spine column: how its cells are interpreted, and the name of its Arrow type (`arrowTypeName`). */
export interface SpineColumnType {
  readonly type: PassthroughType;
  readonly arrow: string;
}

/** A spine that is being read. */
export interface SpineReader {
  /** True if every value is text, whatever it looks like (CSV). */
  readonly isUntyped: boolean;
  /** True if integers of any length have all their digits (Parquet, SQL). */
  readonly isExact: boolean;
  /** The types of typed columns (Parquet) by name; known with the first row. */
  readonly types?: ReadonlyMap<string, SpineColumnType>;
  /**
   * Yields the rows in order. Every row has the same columns, or names its own. Throws `SpineFaults` if nothing more can
   * be read.
   */
  rows(): AsyncIterable<SpineRow>;
}

/** The faults that end the reading of a spine. */
export class SpineFaults extends Error {
  override readonly name = "SpineFaults";

  constructor(readonly faults: readonly SpineFault[]) {
    super(faults.map(({ path, detail }) => `${path}: ${detail}`).join("; "));
  }
}

/** Throws one fault that concerns the whole spine. */
export function refuseSpine(code: ErrorCode, path: string, detail: string): never {
  throw new SpineFaults([{ code, path, detail }]);
}
/** The type of all values of a passthrough column. Numbers keep their digits where the result's format allows it. */
export type PassthroughType = "bool" | "int64" | "float64" | "decimal" | "string" | "json" | "date" | "timestamp";
