import type { ValueType } from "@featstore/definitions/compiler";
import type { ColumnStatistics, DatasetFormat, SnapshotFile } from "../dataset-types";

/** The columns, formats and rules by which the worker thread writes the data files of a snapshot into a local folder. */
export interface SnapshotPlan {
  readonly columns: readonly {
    readonly name: string;
    readonly type: ValueType;
    readonly nullable: boolean;
    readonly role: "key" | "value" | "quality";
  }[];
  readonly formats: readonly DatasetFormat[];
  readonly csv: { readonly null: string; readonly escapeFormulas: boolean };
  readonly invalid: "refuse" | "exclude";
  /** Percent per part, and the columns whose values decide; null: one part. */
  readonly split: { readonly by: readonly string[]; readonly parts: Readonly<Record<string, number>> } | null;
  /** A data file is closed at the first row group that exceeds it. */
  readonly maxFileBytes: number;
  readonly folder: string;
  /** The `digests` file of the previous snapshot, with the columns that its digests cover; null for the first one. */
  readonly previous: {
    readonly path: string;
    readonly columns: readonly { readonly name: string; readonly type: ValueType }[];
  } | null;
}

export interface WrittenSnapshot {
  readonly files: readonly SnapshotFile[];
  readonly rows: number;
  readonly splits: Readonly<Record<string, number>>;
  readonly statistics: readonly ColumnStatistics[];
  readonly excluded: Readonly<Record<string, number>>;
  readonly changes: { readonly added: number; readonly changed: number; readonly removed: number } | null;
}
