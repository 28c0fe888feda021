import type { Dataset, ValueType } from "@featstore/definitions/compiler";

export const FORMATS = ["parquet", "csv", "jsonl", "json"] as const;
export type DatasetFormat = (typeof FORMATS)[number];

/** A column as the files have it. The key's columns come first, then the declared ones, `quality_score` last. */
export interface SnapshotColumn {
  readonly name: string;
  readonly role: "key" | "value" | "quality";
  readonly type: ValueType;
  readonly nullable: boolean;
  readonly description: string;
  readonly unit: string | null;
  /** Over all rows of the snapshot. */
  readonly statistics: ColumnStatistics;
}

export interface ColumnStatistics {
  readonly nulls: number;
  /** Of numbers, dates and times, as texts of their JSON form; null without values or for other types. */
  readonly minimum: string | null;
  readonly maximum: string | null;
  /** Of numbers. */
  readonly mean: number | null;
  /** Of texts, in characters, and of lists, in items. */
  readonly longest: number | null;
  /** Of texts and bools while there are at most 20 values: value → rows; else null. */
  readonly values: Readonly<Record<string, number>> | null;
}

/** A file of a snapshot. */
export interface SnapshotFile {
  /** Unique within the snapshot: `train-00000-of-00001.parquet`, `README.md`. */
  readonly name: string;
  /** Where it stands in the folder: `data/train-00000-of-00001.parquet`. */
  readonly path: string;
  readonly role: "data" | "card" | "licence" | "citation" | "checksums" | "digests";
  /** Of data files. */
  readonly format: DatasetFormat | null;
  /** `train`, `validation` or `test`; null: all rows, or no data. */
  readonly split: string | null;
  readonly part: number;
  readonly rows: number | null;
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** The differences from the previous snapshot. */
export interface SnapshotChanges {
  readonly previous: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly columnsAdded: readonly string[];
  readonly columnsRemoved: readonly string[];
  readonly columnsRetyped: readonly string[];
}

/**
 * Describes a snapshot. Has no time of building, so the same inputs give the same bytes. Its canonical JSON is the file
 * `manifest.json`, whose SHA-256 is the snapshot's id. New members may be added; readers ignore unknown ones.
 */
export interface SnapshotManifest {
  readonly manifestVersion: 1;
  readonly dataset: string;
  /** Semantic version of the data: `1.2.0`. */
  readonly version: string;
  readonly definition: Dataset;
  /** The generations of views that were read, with their as-of times; none for a source. */
  readonly inputs: readonly {
    readonly view: string;
    readonly version: number;
    readonly generation: number;
    readonly asOf: string;
  }[];
  readonly key: readonly string[];
  readonly columns: readonly SnapshotColumn[];
  readonly rows: number;
  readonly splits: Readonly<Record<string, number>>;
  /** Rows left out, by reason: those of the definition, `duplicate_key`, `duplicate_text`, `taken_down`, `invalid_value`. */
  readonly excluded: Readonly<Record<string, number>>;
  readonly quality: { readonly formula: string; readonly mean: number | null } | null;
  /** Null for the first snapshot. */
  readonly changes: SnapshotChanges | null;
  readonly files: readonly SnapshotFile[];
}

/** A published snapshot as the database has it. Times are microseconds since 1970 UTC. */
export interface Snapshot {
  readonly id: string;
  readonly dataset: string;
  readonly version: string;
  readonly manifest: SnapshotManifest;
  readonly createdAt: bigint;
  readonly withdrawn: {
    readonly at: bigint;
    readonly reason: string;
    /** The id of a newer snapshot. */
    readonly successor: string | null;
  } | null;
}

/** A dataset as applied. */
export interface RegisteredDataset {
  readonly definition: Dataset;
  readonly appliedAt: bigint;
}
