import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse";
import type { Snapshot } from "../dataset-types";
import type { SnapshotFiles } from "../files/snapshot-files";
import { snapshotFolder } from "./snapshot-id";

/** Returns whether a snapshot contains the row of a key; undefined if its row digests cannot be read. */
export async function containsKey(
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
    parse({ relax_column_count: true }),
    async (records: AsyncIterable<readonly string[]>) => {
      for await (const record of records) if (key.every((part, index) => record[index] === part)) isFound = true;
    },
    { ...(signal === undefined ? {} : { signal }) },
  );
  return isFound;
}
