import { createBoundedMap, FeatstoreError } from "../../core/index";
import { DamagedBytes, type ServedFile, verifiedBytes } from "../../http/index";
import type { SnapshotFiles } from "../files/snapshot-files";

/** Checks files of which only a part is sent: the SHA-256 of a part is not known. */
export interface UnchangedFiles {
  /**
   * Returns if the file was not changed after `publishedAt` (microseconds since 1970 UTC), or after it was read as a
   * whole with the right SHA-256. Errors: `snapshot_damaged`.
   */
  require(path: string, file: ServedFile, publishedAt: bigint): Promise<void>;
}

const MAX_FILES = 10_000;

export function createUnchangedFiles(files: Pick<SnapshotFiles, "changedAt">): UnchangedFiles {
  const checks = createBoundedMap<Promise<void>>(MAX_FILES);
  return {
    async require(path, file, publishedAt) {
      const changedAt = await files.changedAt?.(path);
      if (changedAt === undefined || changedAt <= publishedAt) return;
      const key = `${path} ${changedAt}`;
      const known = checks.get(key);
      if (known !== undefined) return known;
      const check = readWhole(file);
      checks.set(key, check);
      check.catch(() => checks.delete(key));
      return check;
    },
  };
}

async function readWhole({ name, bytes, sha256, read, onFault }: ServedFile): Promise<void> {
  if (bytes === 0) return;
  try {
    for await (const _ of verifiedBytes(read(0, bytes - 1), { bytes, sha256, onFault })) {
      // Only the end matters.
    }
  } catch (error) {
    if (!(error instanceof DamagedBytes)) throw error;
    throw new FeatstoreError("snapshot_damaged", `The stored file "${name}" has another SHA-256.`, { cause: error });
  }
}
