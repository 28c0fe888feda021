import { ChecksumError } from "../errors";
import { throwIfAborted } from "../transport/pause";
import { type ByteRange, mergeRanges } from "./byte-ranges";
import { LocalFileError } from "./errors";
import { codeOf, createHasher, type FileHandle, requireNode, withFile } from "./node-files";
import type { RemoteFile } from "./open-range";

/**
 * The file `<path>.part` with the bytes received so far, and `<path>.part.json`, which says which they are. The second is
 * written after the first, so that after a crash it lists at most what is there.
 */
export interface PartFile {
  /** The bytes that an earlier download received. */
  readonly received: readonly ByteRange[];
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** Writes down what was received, for a later download. */
  save(): Promise<void>;
  /** Compares the SHA-256 of all bytes and gives the file its name. Errors: `ChecksumError`; both files are deleted then. */
  finish(options: { readonly overwrite: boolean; readonly signal: AbortSignal | undefined }): Promise<void>;
  /** Deletes both files. */
  discard(): Promise<void>;
  close(): Promise<void>;
}

interface PartState {
  readonly partVersion: 1;
  readonly sha256: string;
  readonly bytes: number;
  readonly received: readonly ByteRange[];
}

const SAVE_EVERY_MS = 1_000;
const READ_BYTES = 1 << 20;

/** Opens the part file of `path`, and continues it if it has bytes of this very file. */
export async function openPartFile(path: string, remote: RemoteFile, resume: boolean): Promise<PartFile> {
  const { fs } = requireNode();
  const partPath = `${path}.part`;
  const statePath = `${partPath}.json`;
  const discard = async () => {
    await fs.rm(statePath, { force: true });
    await fs.rm(partPath, { force: true });
  };
  const earlier = resume ? await readState(statePath, partPath, remote) : [];
  const handle = await withFile(partPath, async () => {
    if (earlier.length === 0) await discard();
    return fs.open(partPath, earlier.length === 0 ? "wx+" : "r+");
  });
  let received = earlier;
  let savedAt = Date.now();
  let saving: Promise<void> | undefined;

  const writeState = async () => {
    const state: PartState = { partVersion: 1, sha256: remote.sha256, bytes: remote.bytes, received };
    await fs.writeFile(`${statePath}.new`, JSON.stringify(state));
    await fs.rename(`${statePath}.new`, statePath);
    savedAt = Date.now();
  };
  // One after another: they write the same file.
  const save = async () => {
    await saving;
    saving = withFile(statePath, writeState).finally(() => {
      saving = undefined;
    });
    await saving;
  };

  return {
    received: earlier,
    save,
    discard,
    async write(bytes, at) {
      await withFile(partPath, async () => {
        for (let done = 0; done < bytes.byteLength; ) {
          const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, at + done);
          done += bytesWritten;
        }
      });
      received = mergeRanges([...received, { first: at, end: at + bytes.byteLength }]);
      if (Date.now() - savedAt > SAVE_EVERY_MS && saving === undefined) await save();
    },
    async finish({ overwrite, signal }) {
      const sha256 = await withFile(partPath, () => sha256Of(handle, signal));
      if (sha256 !== remote.sha256) {
        await handle.close();
        await discard();
        throw new ChecksumError(
          `${remote.name} has SHA-256 ${sha256} instead of ${remote.sha256}; it was deleted. Download it again`,
        );
      }
      await withFile(partPath, async () => {
        await handle.sync();
        const [own, named] = [await handle.stat(), await fs.stat(partPath)];
        // Another process may have started the part file anew.
        if (own.ino !== named.ino)
          throw new LocalFileError("EBUSY", path, `Another download writes to "${partPath}" too: wait for its end`);
        await handle.close();
        if (!overwrite && (await exists(path))) throw existsProblem(path);
        await fs.rename(partPath, path);
        await fs.rm(statePath, { force: true });
      });
    },
    close: () => handle.close().catch(() => undefined),
  };
}

async function readState(statePath: string, partPath: string, remote: RemoteFile): Promise<readonly ByteRange[]> {
  const { fs } = requireNode();
  try {
    const { partVersion, sha256, bytes, received } = JSON.parse(await fs.readFile(statePath, "utf8")) as PartState;
    const { size } = await fs.stat(partPath);
    const isSame = partVersion === 1 && sha256 === remote.sha256 && bytes === remote.bytes && size <= bytes;
    const fits = ({ first, end }: ByteRange) =>
      Number.isSafeInteger(first) && Number.isSafeInteger(end) && first >= 0 && first < end && end <= size;
    return isSame && received.every(fits) ? mergeRanges(received) : [];
  } catch {
    return []; // there is none, or it was cut off
  }
}

/** True if something has the name. */
async function exists(path: string): Promise<boolean> {
  const { fs } = requireNode();
  return fs.lstat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    },
  );
}

/** Compares the file at a path, if there is one, with the server's. Errors: `LocalFileError`. */
export async function compareFile(
  path: string,
  remote: RemoteFile,
  signal: AbortSignal | undefined,
): Promise<"none" | "same" | "other"> {
  const { fs } = requireNode();
  return withFile(path, async () => {
    if (!(await exists(path))) return "none";
    const handle = await fs.open(path, "r");
    try {
      const found = await handle.stat();
      if (!found.isFile() || found.size !== remote.bytes) return "other";
      return (await sha256Of(handle, signal)) === remote.sha256 ? "same" : "other";
    } finally {
      await handle.close();
    }
  });
}

/** Reads a whole file and returns its SHA-256. */
async function sha256Of(handle: Pick<FileHandle, "read">, signal: AbortSignal | undefined): Promise<string> {
  const hasher = createHasher();
  const buffer = new Uint8Array(READ_BYTES);
  for (let at = 0; ; ) {
    throwIfAborted(signal);
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, at);
    if (bytesRead === 0) return hasher.digest();
    hasher.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

export function existsProblem(path: string): LocalFileError {
  return new LocalFileError(
    "EEXIST",
    path,
    `"${path}" exists and has other content: pass overwrite: true, or choose another path`,
  );
}
