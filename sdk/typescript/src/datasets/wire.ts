/** The formats of a dataset's files. */
export type DatasetFormat = "parquet" | "csv" | "jsonl" | "json";

/** A dataset in the list. Times are ISO 8601 in UTC. */
export interface DatasetSummary {
  readonly name: string;
  readonly title: string;
  readonly description: string | null;
  /** An SPDX expression, `CC0-1.0`. */
  readonly licence: string;
  /** `public`: readable without a key if the operator allows it; `key`: with a key; `gated`: after accepting the terms. */
  readonly access: "public" | "key" | "gated";
  /** The key's columns. */
  readonly key: readonly string[];
  /** The newest snapshot; null before the first one. */
  readonly latest: {
    readonly id: string;
    readonly version: string;
    readonly rows: number;
    readonly created_at: string;
  } | null;
}

/** A column of a dataset. `type` is a type of the language of definitions: `"string"`, or an object for lists and vectors. */
export interface DatasetColumn {
  readonly name: string;
  readonly type: unknown;
  readonly nullable: boolean;
  readonly description: string;
  readonly unit: string | null;
}

/** A dataset with everything that is known about it. */
export interface DatasetDescription extends DatasetSummary {
  /** Of the newest snapshot, or as declared before the first. */
  readonly columns: readonly DatasetColumn[];
  /** Of gated datasets. */
  readonly terms: { readonly version: string; readonly text: string } | null;
  readonly cadence: string;
  readonly contact: string;
  readonly downloads: number;
  /** The newest snapshot's card, Markdown. */
  readonly card: string | null;
}

/** A file of a snapshot. */
export interface DatasetFile {
  /** Unique within the snapshot: `train-00000-of-00001.parquet`. */
  readonly name: string;
  /** Its place in the snapshot's folder: `data/train-00000-of-00001.parquet`. */
  readonly path: string;
  readonly role: "data" | "card" | "licence" | "citation" | "checksums" | "digests" | (string & Record<never, never>);
  /** Of data files. */
  readonly format: DatasetFormat | null;
  /** `train`, `validation` or `test`; null: all rows, or no data. */
  readonly split: string | null;
  readonly part: number;
  readonly rows: number | null;
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly url: string;
}

/** The differences of a snapshot from an earlier one, whose id is `previous`. */
export interface SnapshotChanges {
  readonly previous: string;
  /** Rows. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly columns_added: readonly string[];
  readonly columns_removed: readonly string[];
  readonly columns_retyped: readonly string[];
}

/** A snapshot, which never changes. */
export interface DatasetSnapshot {
  readonly id: string;
  /** Semantic version of the data: `1.2.0`. */
  readonly version: string;
  readonly rows: number;
  readonly created_at: string;
  /** The differences from an earlier snapshot; null for the first one. */
  readonly changes: SnapshotChanges | null;
  /** Set if its files were deleted. `successor` is a newer snapshot's id. */
  readonly withdrawn: {
    readonly at: string;
    readonly reason: string;
    readonly successor: string | null;
  } | null;
  readonly files: readonly DatasetFile[];
}
