import type { RegisteredDataset, Snapshot } from "./dataset-types";

/** Reads datasets and their snapshots. Errors: `store_unavailable`, `store_timeout`. */
export interface DatasetReader {
  /** Lists the applied datasets by name. */
  datasets(): Promise<readonly RegisteredDataset[]>;
  /** Undefined if no dataset of this name was applied. */
  dataset(name: string): Promise<RegisteredDataset | undefined>;
  /** Lists the snapshots of a dataset, withdrawn ones included, the newest first. */
  snapshots(dataset: string): Promise<readonly Snapshot[]>;
  /** Finds a snapshot by its id, by its version `1.2.0`, or the newest that is not withdrawn by `latest`. */
  snapshot(dataset: string, reference: string): Promise<Snapshot | undefined>;
  /** Downloads so far; a download counts when its first byte is requested. */
  downloads(dataset: string): Promise<number>;
}
