import type { ValueType } from "@featstore/definitions/compiler";
import type { PassthroughType } from "../spine/spine-row";

export type TrainingFormat = "parquet" | "csv" | "jsonl";

/** A column of a training set's file. */
export interface ResultColumn {
  readonly name: string;
  readonly role: "key" | "as_of" | "passthrough" | "split" | "feature" | "label";
  readonly type: ValueType | PassthroughType;
  /** The Arrow type of a spine column, if it differs from the default of `type`: `uint64`, `timestamp[ns, UTC]`. */
  readonly arrow?: string;
}

/** A row's values as JSON texts, one per column; null for a missing value. */
export type ResultRow = readonly (string | null)[];
