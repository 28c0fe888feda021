/** Where files are kept: a folder, or an S3 bucket. Paths are `<folder>/<file path>`; a published folder never changes. */
export interface SnapshotFiles {
  readonly kind: "local" | "s3";
  /** Copies or moves a finished local folder to `folder`. A repetition is harmless. Errors: `storage_unavailable`, `storage_full`. */
  publish(localFolder: string, folder: string, signal?: AbortSignal): Promise<void>;
  /** Undefined if there is no such file. */
  size(path: string, signal?: AbortSignal): Promise<number | undefined>;
  /** Streams bytes `first` to `last`, inclusive. A failure midway errors the stream. Cancelling stops the read. */
  read(path: string, first: number, last: number): ReadableStream<Uint8Array>;
  remove(folder: string): Promise<void>;
  /** Lists the folders. */
  folders(
    prefix: string,
  ): Promise<readonly { readonly folder: string; readonly bytes: number; readonly changedAt: bigint }[]>;
  /** A URL from which anybody can read the file for `seconds`; null: this storage has none. */
  signedUrl(path: string, seconds: number): Promise<string | null>;
}
