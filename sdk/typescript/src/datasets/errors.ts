import { FeatstoreError } from "../errors";

/** The dataset has no such snapshot or file, or several files match. `code` is that of the server for the same fault. */
export class SelectionError extends FeatstoreError {
  override readonly name = "SelectionError";

  constructor(
    readonly code:
      | "snapshot_not_found"
      | "snapshot_withdrawn"
      | "dataset_format_unknown"
      | "dataset_file_not_found"
      | "dataset_file_ambiguous",
    message: string,
  ) {
    super(message);
  }
}

/** The bytes on the server are not those of the snapshot's file, or changed between two ranges. */
export class FileChangedError extends FeatstoreError {
  override readonly name = "FileChangedError";
}

/** The server, or a proxy before it, sends the whole file in response to a request for a range. */
export class RangeIgnoredError extends FeatstoreError {
  override readonly name = "RangeIgnoredError";
}

/** A file cannot be written or read, or would be overwritten. */
export class LocalFileError extends FeatstoreError {
  override readonly name = "LocalFileError";

  constructor(
    /** `EEXIST`: another file is at the path. `ENOSPC`: the disk is full. Other codes are those of the system. */
    readonly code: string,
    /** Null outside Node.js, which has no files. */
    readonly path: string | null,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** An export of selected columns ended without a file. */
export class ExportFailedError extends FeatstoreError {
  override readonly name = "ExportFailedError";

  constructor(
    readonly id: string,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
