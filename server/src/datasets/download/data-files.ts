import { type Fault, FeatstoreError } from "../../core/index";
import { type DatasetFormat, FORMATS, type Snapshot, type SnapshotFile } from "../dataset-types";
import type { ExportSelection } from "./export-types";

/** Parses a format; Parquet by default. Errors: `dataset_format_unknown`. */
export function parseFormat(text: string | undefined): DatasetFormat {
  const format = FORMATS.find((each) => each === (text ?? "parquet"));
  if (format !== undefined) return format;
  const detail = `There is no format "${text?.slice(0, 40)}": expected one of ${FORMATS.join(", ")}.`;
  throw new FeatstoreError("dataset_format_unknown", detail);
}

/** Lists the data files of a format, of a split and part if they are set. Errors: `dataset_file_not_found`. */
export function dataFiles(
  { dataset, version, manifest }: Snapshot,
  { format, split, part }: { readonly format: DatasetFormat; readonly split: string | null; readonly part?: number },
): readonly SnapshotFile[] {
  const files = manifest.files.filter(
    (file) =>
      file.role === "data" &&
      file.format === format &&
      (split === null || file.split === split) &&
      (part === undefined || file.part === part),
  );
  if (files.length > 0) return files;
  const of = [format, split === null ? "" : `split ${split.slice(0, 40)}`, part === undefined ? "" : `part ${part}`];
  const detail = `The snapshot ${version} of "${dataset}" has no file of ${of.filter((each) => each !== "").join(", ")}.`;
  throw new FeatstoreError("dataset_file_not_found", detail, { errors: filesAsFaults(manifest.files) });
}

/** The only file among several. Errors: `dataset_file_ambiguous`, which lists them. */
export function onlyFile(files: readonly SnapshotFile[]): SnapshotFile {
  const [file, ...more] = files;
  if (file !== undefined && more.length === 0) return file;
  const detail = `There are ${files.length} files: name one with split and part, or read them one by one.`;
  throw new FeatstoreError("dataset_file_ambiguous", detail, { errors: filesAsFaults(files) });
}

const MAX_LISTED = 100;

function filesAsFaults(files: readonly SnapshotFile[]): readonly Fault[] {
  return files
    .filter(({ role }) => role === "data")
    .slice(0, MAX_LISTED)
    .map(({ name, format, split, part, bytes }) => ({
      path: name,
      detail: `${format}${split === null ? "" : `, split ${split}`}, part ${part}, ${bytes} bytes`,
    }));
}

/**
 * Resolves names of columns to a selection in the snapshot's order, with the key. Null: all columns. Errors:
 * `dataset_column_unknown`.
 */
export function selectColumns(
  { manifest, version, dataset }: Snapshot,
  names: readonly string[] | null,
  { format, split }: Pick<ExportSelection, "format" | "split">,
): ExportSelection {
  const known = manifest.columns.map(({ name }) => name);
  const faults = (names ?? []).flatMap((name, index) => {
    if (!known.includes(name)) return [{ path: `features[${index}]`, detail: `no column "${name.slice(0, 80)}"` }];
    return names?.indexOf(name) === index ? [] : [{ path: `features[${index}]`, detail: `"${name}" occurs twice` }];
  });
  const [first] = faults;
  if (first !== undefined) {
    const detail = `${first.path}: ${first.detail}. The snapshot ${version} of "${dataset}" has ${known.join(", ").slice(0, 2000)}.`;
    throw new FeatstoreError("dataset_column_unknown", detail, { errors: faults.slice(0, 20) });
  }
  const isWanted = (name: string) => names === null || names.includes(name) || manifest.key.includes(name);
  return { format, split, columns: known.filter(isWanted) };
}
