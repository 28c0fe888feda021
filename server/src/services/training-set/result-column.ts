import type { ValueType } from "@featstore/definitions";
import type { PassthroughType } from "./passthrough-type";

export type TrainingFormat = "parquet" | "csv" | "jsonl";

/** A column of a training set, in the order of the file. */
export interface ResultColumn {
  readonly name: string;
  readonly role: "key" | "as_of" | "passthrough" | "split" | "feature" | "label";
  readonly type: ValueType | PassthroughType;
  /** The Arrow type of a spine's own column in Parquet, where that is not the one of `type`: `uint64`, `timestamp[ns, UTC]`. */
  readonly arrow?: string;
}

/** The values of a row as JSON texts, one a column; null where there is none. */
export type ResultRow = readonly (string | null)[];
