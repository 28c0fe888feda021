import { verifiedBytes } from "../../http/index";
import type { Snapshot, SnapshotColumn } from "../dataset-types";
import type { SnapshotFiles } from "../files/snapshot-files";
import { createColumnFilter } from "./column-filter";
import { dataFiles } from "./data-files";
import type { ExportSelection } from "./export-types";
import { fileOfSnapshot, storedFile } from "./stored-file";

/** The dependencies of reading a selection besides the storage. */
export interface SelectionReading {
  readonly files: SnapshotFiles;
  /** Reads columns of Parquet files, in order, as one file. */
  readonly selectParquet: SelectParquet;
  readonly onFault?: ((error: unknown, path: string) => void) | undefined;
}

/** Reads columns of the rows of Parquet files, as the bytes of one Parquet file. `sources` are read one after another. */
export type SelectParquet = (
  sources: readonly (() => ReadableStream<Uint8Array>)[],
  columns: readonly SnapshotColumn[],
  onRows: (rows: number) => void,
  signal: AbortSignal | undefined,
) => AsyncIterable<Uint8Array>;

/**
 * Reads the columns and rows of a selection, from the files of its format, whose bytes it checks. `onRows` is called with
 * the number of rows so far. Errors: `snapshot_damaged`, `storage_unavailable`; `DamagedBytes` midway.
 */
export async function* selectedBytes(
  { files, selectParquet, onFault }: SelectionReading,
  snapshot: Snapshot,
  selection: ExportSelection,
  { onRows = () => undefined, signal }: { readonly onRows?: (rows: number) => void; readonly signal?: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const { format, columns } = selection;
  const sources: (() => ReadableStream<Uint8Array>)[] = [];
  for (const { name } of dataFiles(snapshot, selection)) {
    const file = fileOfSnapshot(snapshot, name);
    const onFileFault = (error: unknown) => onFault?.(error, file.path);
    const stored = await storedFile(files, file, { cacheControl: "", onFault: onFileFault });
    const { bytes, sha256 } = stored;
    sources.push(() => verifiedBytes(stored.read(0, bytes - 1), { bytes, sha256, onFault: onFileFault }));
  }
  const known = snapshot.manifest.columns;
  const isWanted = ({ name }: SnapshotColumn) => columns.includes(name);
  if (format === "parquet") {
    yield* selectParquet(sources, known.filter(isWanted), onRows, signal);
    return;
  }
  const filter = createColumnFilter(format, known.map(isWanted));
  for (const open of sources) {
    filter.startFile();
    for await (const chunk of open()) {
      signal?.throwIfAborted();
      const selected = filter.push(chunk);
      onRows(filter.rows);
      if (selected.byteLength > 0) yield selected;
    }
  }
  yield filter.end();
}
