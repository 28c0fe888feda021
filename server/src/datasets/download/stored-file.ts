import { FeatstoreError } from "../../core/index";
import type { ServedFile } from "../../http/index";
import type { DatasetFormat, Snapshot } from "../dataset-types";
import type { SnapshotFiles } from "../files/snapshot-files";

/** A file of a snapshot, in the manifest's terms. */
export interface FileOfSnapshot {
  readonly name: string;
  /** Within the storage. */
  readonly path: string;
  readonly sha256: string;
  /** Null: the manifest itself, which does not list its own size. */
  readonly bytes: number | null;
  readonly isData: boolean;
  readonly contentType: string;
}

export const dataTypes: Readonly<Record<DatasetFormat, string>> = {
  parquet: "application/vnd.apache.parquet",
  csv: "text/csv; charset=utf-8",
  jsonl: "application/x-ndjson",
  json: "application/json",
};

const otherTypes: Readonly<Record<string, string>> = {
  md: "text/markdown; charset=utf-8",
  csv: dataTypes.csv,
  json: dataTypes.json,
};

/** The folder of a snapshot in the storage. */
export function snapshotFolder({ dataset, id }: Pick<Snapshot, "dataset" | "id">): string {
  return `${dataset}/${id}`;
}

/** Finds a file by its name; `manifest.json` is one, too. Errors: `dataset_file_not_found`. */
export function fileOfSnapshot(snapshot: Snapshot, name: string): FileOfSnapshot {
  const folder = snapshotFolder(snapshot);
  if (name === "manifest.json") {
    const path = `${folder}/manifest.json`;
    return { name, path, sha256: snapshot.id, bytes: null, isData: false, contentType: dataTypes.json };
  }
  const file = snapshot.manifest.files.find((each) => each.name === name);
  if (file === undefined) {
    const detail = `The snapshot ${snapshot.version} of "${snapshot.dataset}" has no file "${name.slice(0, 80)}".`;
    throw new FeatstoreError("dataset_file_not_found", detail);
  }
  return {
    name,
    path: `${folder}/${file.path}`,
    sha256: file.sha256,
    bytes: file.bytes,
    isData: file.role === "data",
    contentType:
      file.format === null
        ? (otherTypes[/\.(\w+)$/.exec(name)?.[1] ?? ""] ?? "text/plain; charset=utf-8")
        : dataTypes[file.format],
  };
}

/**
 * Opens a file for a response, after a look at its size. Errors: `snapshot_damaged` if it is missing or has another
 * size, `storage_unavailable`.
 */
export async function storedFile(
  files: Pick<SnapshotFiles, "size" | "read">,
  { name, path, sha256, bytes, contentType }: FileOfSnapshot,
  options: Pick<ServedFile, "cacheControl" | "onFault"> & { readonly signal?: AbortSignal },
): Promise<ServedFile> {
  const { signal, ...rest } = options;
  const size = await files.size(path, signal);
  if (size === undefined || (bytes !== null && size !== bytes)) {
    const found = size === undefined ? "is missing" : `has ${size} bytes instead of ${bytes}`;
    const error = new FeatstoreError("snapshot_damaged", `The stored file "${name}" ${found}.`);
    rest.onFault?.(error);
    throw error;
  }
  return { name, contentType, bytes: size, sha256, read: (first, last) => files.read(path, first, last), ...rest };
}
