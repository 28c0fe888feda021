/** Where files are kept: a folder, or an S3 bucket. Paths are `<folder>/<file path>`; a published folder never changes. */
export interface SnapshotFiles {
  readonly kind: "local" | "s3";
  /**
   * Moves a finished local folder to `folder`, and replaces one of this name. A repetition is harmless.
   * Errors: `storage_unavailable`, `storage_full`.
   */
  publish(localFolder: string, folder: string, signal?: AbortSignal): Promise<void>;
  /** Undefined if there is no such file. Errors: `storage_unavailable`. */
  size(path: string, signal?: AbortSignal): Promise<number | undefined>;
  /**
   * When a file was last changed, microseconds since 1970 UTC; undefined if there is no such file. Storages that check
   * their bytes themselves do not have it.
   */
  changedAt?(path: string): Promise<bigint | undefined>;
  /**
   * Streams bytes `first` to `last`, inclusive; opens the file at the first read. A failure midway errors the stream.
   * Cancelling stops the read.
   */
  read(path: string, first: number, last: number): ReadableStream<Uint8Array>;
  /** Deletes a folder with its files, also one that is not complete. Errors: `storage_unavailable`. */
  remove(folder: string): Promise<void>;
  /** Lists the folders right below `parent` ("": the top) with the bytes of their files. Errors: `storage_unavailable`. */
  folders(parent: string): Promise<readonly StoredFolder[]>;
  /** A URL from which anybody can read the file for `seconds`; null: this storage has none. `name`: under which it is saved. */
  signedUrl(path: string, seconds: number, name?: string): Promise<string | null>;
}

export interface StoredFolder {
  /** Its whole path. */
  readonly folder: string;
  readonly bytes: number;
  /** The newest change, microseconds since 1970 UTC. */
  readonly changedAt: bigint;
}
