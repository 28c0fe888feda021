import { InvalidCallError, UnexpectedAnswerError } from "../errors";
import { SelectionError } from "./errors";
import type { DatasetFile, DatasetFormat, DatasetSnapshot } from "./wire";

/** Which files of a dataset. */
export interface FileSelection {
  /** `parquet` by default. */
  readonly format?: DatasetFormat;
  /** A snapshot's id or version, `1.2.0`. The newest by default. */
  readonly snapshot?: string;
  /** `train`, `validation` or `test`. All by default. */
  readonly split?: string;
  /** Number of the file, from 0, where a split has several. All by default. */
  readonly part?: number;
  /**
   * Only these columns, in this order. The server first writes them to a file of its own, an export; the call waits for
   * it, and a repetition finds it again for some hours. Cannot be combined with `part`.
   */
  readonly features?: readonly string[];
}

/** Finds a snapshot in the list, newest first. Errors: `SelectionError`. */
export function selectSnapshot(
  dataset: string,
  snapshots: readonly DatasetSnapshot[],
  reference = "latest",
): DatasetSnapshot {
  const found =
    reference === "latest"
      ? snapshots.find(({ withdrawn }) => withdrawn === null)
      : snapshots.find(({ id, version }) => id === reference || version === reference);
  if (found === undefined) {
    const versions = snapshots
      .filter(({ withdrawn }) => withdrawn === null)
      .slice(0, 5)
      .map(({ version }) => version);
    throw new SelectionError(
      "snapshot_not_found",
      reference === "latest"
        ? `${dataset} has no snapshot yet`
        : `${dataset} has no snapshot "${reference}"; the newest are ${versions.join(", ") || "none"}`,
    );
  }
  if (found.withdrawn !== null) {
    const { reason, successor } = found.withdrawn;
    const advice = successor === null ? "there is no successor yet" : `use its successor ${successor}`;
    throw new SelectionError(
      "snapshot_withdrawn",
      `Snapshot ${found.version} of ${dataset} was withdrawn: ${reason}; ${advice}`,
    );
  }
  return found;
}

/** Finds the data files. Errors: `SelectionError` if there is none. */
export function selectFiles(
  dataset: string,
  snapshot: DatasetSnapshot,
  { format = "parquet", split, part }: FileSelection,
): readonly DatasetFile[] {
  const data = snapshot.files.filter(({ role }) => role === "data");
  const ofFormat = data.filter((file) => file.format === format);
  if (ofFormat.length === 0) {
    const formats = [...new Set(data.map((file) => file.format))];
    throw new SelectionError(
      "dataset_format_unknown",
      `Snapshot ${snapshot.version} of ${dataset} has no ${format} files; its formats are ${formats.join(", ") || "none"}`,
    );
  }
  const files = ofFormat.filter(
    (file) => (split === undefined || file.split === split) && (part === undefined || file.part === part),
  );
  if (files.length === 0) {
    const names = ofFormat.map(({ name }) => name);
    throw new SelectionError(
      "dataset_file_not_found",
      `Snapshot ${snapshot.version} of ${dataset} has no such file; its ${format} files are ${names.join(", ")}`,
    );
  }
  return files.map(checked);
}

/** Returns the only file. Errors: `SelectionError` if there are several. */
export function onlyFile<File extends { readonly name: string }>(files: readonly File[], advice: string): File {
  const [file] = files;
  if (file === undefined) throw new InvalidCallError("There is no file");
  if (files.length > 1)
    throw new SelectionError(
      "dataset_file_ambiguous",
      `There are ${files.length} files, ${files.map(({ name }) => name).join(", ")}: ${advice}`,
    );
  return file;
}

/** Refuses names that could leave the folder, and values that no snapshot has. */
function checked(file: DatasetFile): DatasetFile {
  const isPlain = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(file.name) && !/\.part(\.json)?$/.test(file.name);
  if (!isPlain || !Number.isSafeInteger(file.bytes) || file.bytes < 0 || !/^[0-9a-f]{64}$/.test(file.sha256))
    throw new UnexpectedAnswerError(`The server lists a file with an unusable name, size or SHA-256: check baseUrl`);
  return file;
}
