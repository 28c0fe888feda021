import { ChecksumError } from "../errors";
import type { Transport } from "../transport";
import { missingRanges, sizeOf } from "./byte-ranges";
import { FileChangedError, LocalFileError } from "./errors";
import { makeFolder, requireNode, withFile } from "./node-files";
import { type RemoteFile, rangesOf } from "./open-range";
import { compareFile, existsProblem, openPartFile } from "./part-file";
import { receiveRanges } from "./receive-ranges";
import type { CheckedTransfer, TransferOptions } from "./transfer-options";

/** A file on disk whose SHA-256 was verified. */
export interface SavedFile {
  readonly file: string;
  /** Where it is; absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Bytes that an earlier, interrupted download had received; all of them if the finished file was there already. */
  readonly resumedBytes: number;
}

export interface SaveOptions extends TransferOptions {
  /** Replaces another file at the path. False by default: a file with other content is `LocalFileError` `EEXIST`. */
  readonly overwrite?: boolean;
  /** Continues the part file of an interrupted download. True by default. */
  readonly resume?: boolean;
}

/** Downloads a file to a path. The file gets its name only after its SHA-256 was verified. */
export async function saveFile(
  transport: Transport,
  remote: RemoteFile,
  to: string,
  options: CheckedTransfer & Required<Pick<SaveOptions, "overwrite" | "resume">>,
): Promise<SavedFile> {
  const { path: paths } = requireNode();
  const path = paths.resolve(to);
  const { overwrite, resume, parallel, partBytes, onProgress, signal } = options;
  const saved = { file: remote.name, path, bytes: remote.bytes, sha256: remote.sha256 };
  const present = await compareFile(path, remote, signal);
  if (present === "same") {
    onProgress?.({ file: remote.name, receivedBytes: remote.bytes, totalBytes: remote.bytes });
    return { ...saved, resumedBytes: remote.bytes };
  }
  if (present === "other" && !overwrite) throw existsProblem(path);
  await withFile(path, () => makeFolder(paths.dirname(path)));
  const part = await openPartFile(path, remote, resume);
  try {
    const resumedBytes = sizeOf(part.received);
    let receivedBytes = resumedBytes;
    const report = () => onProgress?.({ file: remote.name, receivedBytes, totalBytes: remote.bytes });
    report();
    await receiveRanges(missingRanges(part.received, remote.bytes, parallel === 1 ? Infinity : partBytes), {
      ...options,
      open: rangesOf(transport, remote),
      async write(bytes, at) {
        await part.write(bytes, at);
        receivedBytes += bytes.byteLength;
        report();
      },
    });
    await part.finish({ overwrite, signal });
    return { ...saved, resumedBytes };
  } catch (error) {
    if (error instanceof FileChangedError) await part.discard();
    // A full disk may leave no room for it. The first error matters more.
    else if (!(error instanceof ChecksumError) && !isBusy(error)) await part.save().catch(() => undefined);
    throw error;
  } finally {
    await part.close();
  }
}

/** True if the part file is another download's. */
function isBusy(error: unknown): boolean {
  return error instanceof LocalFileError && error.code === "EBUSY";
}
