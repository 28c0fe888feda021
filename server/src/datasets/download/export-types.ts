import type { DatasetFormat } from "../dataset-types";

/** The columns and rows of a snapshot that an export has. */
export interface ExportSelection {
  readonly format: DatasetFormat;
  /** In the snapshot's order, with the key. */
  readonly columns: readonly string[];
  /** Null: all rows. */
  readonly split: string | null;
}

export interface ExportResult {
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly rows: number;
}

export interface ExportFailure {
  readonly code: string;
  readonly detail: string;
}

/** An export that this process works on. */
export interface HeldExport {
  readonly id: string;
  /** Fences writes: only the holder of this token may end it. */
  readonly token: string;
}

/** An export as the database has it. Times are microseconds since 1970 UTC. */
export interface StoredExport {
  readonly id: string;
  readonly dataset: string;
  readonly snapshot: string;
  readonly selection: ExportSelection;
  readonly owner: string;
  readonly state: "running" | "finished" | "failed" | "cancelled" | "expired";
  readonly rowsDone: number;
  readonly result: ExportResult | null;
  readonly failure: ExportFailure | null;
  readonly createdAt: bigint;
  readonly finishedAt: bigint | null;
}
