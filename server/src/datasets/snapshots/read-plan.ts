import type { SnapshotManifest } from "../dataset-types";
import type { SnapshotPlan } from "../write/write-snapshot";

/** How the rows of a dataset are read, and what they mean. */
export interface ReadPlan {
  /** One SELECT without parameters: the reason of an exclusion, then the columns, sorted by key. */
  readonly sql: string;
  readonly columns: readonly (SnapshotPlan["columns"][number] & {
    readonly description: string;
    readonly unit: string | null;
  })[];
  readonly split: SnapshotPlan["split"];
  /** The formula of the quality score, for people; null: there is no score. */
  readonly formula: string | null;
  readonly inputs: SnapshotManifest["inputs"];
}
