import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse";
import type { DatasetReader } from "../dataset-reader";
import type { Snapshot } from "../dataset-types";
import type { SnapshotFiles } from "../files/snapshot-files";
import { snapshotFolder } from "./snapshot-id";

/** A snapshot that contains a key, or could not be searched because its row digests are missing or damaged. */
export interface SnapshotFinding extends Pick<Snapshot, "dataset" | "id" | "version"> {
  readonly finding: "contains" | "unreadable";
}

/** Looks for a key in the snapshots of datasets that are not withdrawn. Errors: `storage_unavailable`. */
export async function snapshotsWithKey(
  { store, files }: { readonly store: Pick<DatasetReader, "snapshots">; readonly files: SnapshotFiles },
  datasets: readonly string[],
  key: readonly string[],
  signal?: AbortSignal,
): Promise<readonly SnapshotFinding[]> {
  const findings: SnapshotFinding[] = [];
  for (const name of datasets) {
    for (const snapshot of await store.snapshots(name)) {
      if (snapshot.withdrawn !== null) continue;
      const isThere = await containsKey(files, snapshot, key, signal);
      const { dataset, id, version } = snapshot;
      if (isThere !== false)
        findings.push({ dataset, id, version, finding: isThere === true ? "contains" : "unreadable" });
    }
  }
  return findings;
}

/** Returns whether a snapshot contains the row of a key; undefined if its row digests cannot be read. */
async function containsKey(
  files: SnapshotFiles,
  { dataset, id, manifest }: Snapshot,
  key: readonly string[],
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  const file = manifest.files.find(({ role }) => role === "digests");
  const path = `${snapshotFolder(dataset, id)}/${file?.path}`;
  if (file === undefined || (await files.size(path, signal)) !== file.bytes) return undefined;
  if (file.bytes === 0) return false;
  let isFound = false;
  await pipeline(
    Readable.fromWeb(files.read(path, 0, file.bytes - 1) as never), // the types of Node's two kinds of streams differ
    // The first line has the names of the columns.
    parse({ relax_column_count: true, from_line: 2 }),
    async (records: AsyncIterable<readonly string[]>) => {
      for await (const record of records) if (key.every((part, index) => record[index] === part)) isFound = true;
    },
    { ...(signal === undefined ? {} : { signal }) },
  );
  return isFound;
}
