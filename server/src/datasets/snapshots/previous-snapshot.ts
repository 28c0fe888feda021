import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Snapshot, SnapshotFile } from "../dataset-types";
import type { SnapshotFiles } from "../files/snapshot-files";
import { snapshotFolder } from "./snapshot-id";

/** The snapshots that the next version follows. */
export interface PreviousSnapshots {
  /** The newest one, also if it is withdrawn: versions are never used again. */
  readonly newest: Snapshot;
  /** The newest one whose rows can be compared, with the local path of its row digests; null: there is none. */
  readonly compared: { readonly snapshot: Snapshot; readonly digests: string } | null;
}

/**
 * Finds the snapshots to compare with, and copies the row digests to `path`. Undefined: this is the first snapshot.
 * `snapshots`: the newest first.
 */
export async function previousSnapshots(
  files: SnapshotFiles,
  snapshots: readonly Snapshot[],
  path: string,
  signal: AbortSignal,
): Promise<PreviousSnapshots | undefined> {
  const [newest] = snapshots;
  if (newest === undefined) return undefined;
  for (const snapshot of snapshots) {
    const digests = snapshot.manifest.files.find(({ role }) => role === "digests");
    if (snapshot.withdrawn !== null || digests === undefined) continue;
    const isCopied = await copyFile(files, snapshotFolder(snapshot.dataset, snapshot.id), digests, path, signal);
    if (isCopied) return { newest, compared: { snapshot, digests: path } };
  }
  return { newest, compared: null };
}

/** Copies a file of a snapshot. False if it is missing or was changed. */
async function copyFile(
  files: SnapshotFiles,
  folder: string,
  { path, bytes, sha256 }: SnapshotFile,
  to: string,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await files.size(`${folder}/${path}`, signal)) !== bytes) return false;
  const hash = createHash("sha256");
  const handle = await open(to, "w");
  try {
    if (bytes > 0) {
      for await (const chunk of files.read(`${folder}/${path}`, 0, bytes - 1)) {
        signal.throwIfAborted();
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
    }
  } finally {
    await handle.close();
  }
  return hash.digest("hex") === sha256;
}
