import type { DatasetStore } from "./dataset-store";
import type { SnapshotFiles } from "./files/snapshot-files";
import type { Builds } from "./snapshots/builds";

/** The dependencies of the routes of datasets. */
export interface DatasetServices {
  readonly datasets: {
    readonly store: DatasetStore;
    readonly files: SnapshotFiles;
    readonly builds: Builds;
  };
}
