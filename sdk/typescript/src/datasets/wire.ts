import type { components } from "../generated/openapi";

type Schemas = components["schemas"];
type SnapshotBody = Schemas["DatasetSnapshot"];

/** The formats of a dataset's files. */
export type DatasetFormat = "parquet" | "csv" | "jsonl" | "json";

/** A dataset in the list. Times are ISO 8601 in UTC. `latest` is null before the first snapshot. */
export type DatasetSummary = Schemas["DatasetSummary"];

/** A dataset with everything that is known about it. `terms` are those of gated datasets; `card` is Markdown. */
export type DatasetDescription = Schemas["Dataset"];

/** A column of a dataset. `type` is a type of the language of definitions: `"string"`, or an object for lists and vectors. */
export type DatasetColumn = DatasetDescription["columns"][number];

/** A file of a snapshot. `sha256` has 64 hexadecimal digits; `split` is null for all rows, or no data. */
export type DatasetFile = Omit<SnapshotBody["files"][number], "role" | "format"> & {
  readonly role: "data" | "card" | "licence" | "citation" | "checksums" | "digests" | (string & Record<never, never>);
  /** Of data files. */
  readonly format: DatasetFormat | null;
};

/** The differences of a snapshot from an earlier one, whose id is `previous`, in rows and columns. */
export type SnapshotChanges = NonNullable<SnapshotBody["changes"]>;

/** A snapshot, which never changes. `withdrawn` is set if its files were deleted; its `successor` is a newer snapshot's id. */
export type DatasetSnapshot = Omit<SnapshotBody, "files"> & { readonly files: readonly DatasetFile[] };

/** The terms of a gated dataset. */
export type DatasetTerms = Schemas["DatasetTerms"];

/** An acceptance of terms. `accepted_at` is when the organisation, or the key without one, accepted them first. */
export type DatasetAcceptance = Schemas["DatasetAcceptance"];
