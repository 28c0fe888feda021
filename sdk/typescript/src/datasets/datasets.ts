import { InvalidCallError } from "../errors";
import { exact } from "../exact";
import { getOf, listOf } from "../read-document";
import { type CallOptions, createTransport, type Transport, type TransportOptions } from "../transport";
import { callOptionsOf } from "../transport/call-options";
import type { CallPromise, ListPromise } from "../transport/call-promise";
import { exportFile } from "./export-file";
import { requireNode } from "./node-files";
import type { RemoteFile } from "./open-range";
import { readFile, streamFile } from "./read-file";
import { type SavedFile, type SaveOptions, saveFile } from "./save-file";
import { type FileSelection, onlyFile, selectFiles, selectSnapshot } from "./select-files";
import { createTerms, type TermsOfDatasets } from "./terms";
import { type TransferOptions, transferNumbers } from "./transfer-options";
import type { DatasetDescription, DatasetFile, DatasetSnapshot, DatasetSummary } from "./wire";

/** Options of `createDatasets`: those of a client. Without `apiKey` only public datasets can be read, if the operator allows it. */
export type DatasetsOptions = TransportOptions;

export interface DownloadDatasetOptions extends FileSelection, SaveOptions {
  /**
   * A file, or a folder: an existing one, or a path that ends with `/`. Several files need a folder. Missing folders are
   * created. Node.js only.
   */
  readonly to: string;
}

export interface ReadDatasetOptions extends FileSelection, TransferOptions {}

/** The snapshot that was read. */
export interface ReadSnapshot {
  readonly dataset: string;
  /** The snapshot's id. */
  readonly snapshot: string;
  /** The snapshot's version, `1.2.0`. */
  readonly version: string;
}

export interface DownloadedDataset extends ReadSnapshot {
  readonly files: readonly SavedFile[];
}

export interface DatasetBytes extends ReadSnapshot {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

export interface DatasetStream extends ReadSnapshot {
  readonly file: string;
  readonly sha256: string;
  /** The size of the file. */
  readonly bytes: number;
  /** The file's bytes in order; fails with `ChecksumError` instead of ending if they do not have the SHA-256. */
  readonly stream: ReadableStream<Uint8Array>;
}

/** Reads public datasets. */
export interface Datasets extends TermsOfDatasets {
  /** Lists the datasets by name. */
  list(options?: CallOptions): ListPromise<DatasetSummary>;
  /** Gets a dataset with its columns and its card. Errors: `NotFoundError`. */
  get(name: string, options?: CallOptions): CallPromise<DatasetDescription>;
  /** Lists a dataset's snapshots with their files, newest first. */
  snapshots(name: string, options?: CallOptions): ListPromise<DatasetSnapshot>;
  /**
   * Downloads a snapshot's data files. Several ranges are received at once into `<file>.part`; if the download is
   * interrupted, the next one continues there. A file gets its name only after its SHA-256 was verified; one that is there
   * already with the same SHA-256 is left as it is. `timeoutMs` limits the wait for the next byte.
   *
   * Errors: `SelectionError`, `ChecksumError`, `FileChangedError`, `RangeIgnoredError`, `LocalFileError` (full disk, another
   * file at the path), and those of every call.
   *
   * @example
   * const { version, files } = await datasets.download("state_of_the_union", { to: "data/" });
   * console.log(version, files[0]?.path, files[0]?.sha256);
   */
  download(name: string, options: DownloadDatasetOptions): Promise<DownloadedDataset>;
  /** Reads one file into memory; its SHA-256 was verified. Errors: as `download`, without files. */
  read(name: string, options?: ReadDatasetOptions): Promise<DatasetBytes>;
  /**
   * Streams one file. Up to `parallel` times `partBytes` are received ahead, 32 MiB by default.
   *
   * @example
   * const { stream } = await datasets.stream("state_of_the_union", { format: "jsonl" });
   * for await (const text of stream.pipeThrough(new TextDecoderStream())) console.log(text);
   */
  stream(name: string, options?: ReadDatasetOptions): Promise<DatasetStream>;
}

/**
 * Creates a client of the datasets without sending a request. Errors: `InvalidCallError` for an unusable option, or without a URL.
 *
 * @example
 * const datasets = createDatasets({ baseUrl: "http://localhost:8080", apiKey });
 * await datasets.download("state_of_the_union", { to: "data/" });
 */
export function createDatasets(options: DatasetsOptions = {}): Datasets {
  const transport = createTransport(options);
  const datasets = { ...readers(transport), ...createTerms(transport) };

  /** Finds the files. */
  const find = async (name: string, selection: FileSelection & TransferOptions) => {
    const numbers = transferNumbers(selection);
    const call = { ...callOptionsOf(selection), retries: numbers.retries };
    const snapshots = await datasets.snapshots(name, call);
    const snapshot = selectSnapshot(name, snapshots, selection.snapshot);
    const { timeoutMs = transport.timeoutMs, headers = {}, signal, onProgress } = selection;
    const transfer = { timeoutMs, headers, signal, onProgress, ...numbers };
    const read = { dataset: name, snapshot: snapshot.id, version: snapshot.version };
    const { features, format = "parquet", split, part } = selection;
    if (features !== undefined && part !== undefined)
      throw new InvalidCallError("features and part cannot be combined: an export has all parts");
    const files =
      features === undefined
        ? selectFiles(name, snapshot, selection).map((file) => remoteOf(name, snapshot, file))
        : [await exportFile(transport, { dataset: name, snapshot: snapshot.id, format, features, split }, call)];
    return { read, files, transfer };
  };

  return exact({
    ...datasets,
    async download(name, options) {
      requireNode();
      const { overwrite = false, resume = true } = options;
      const { read, files, transfer } = await find(name, options);
      const place = await placeOf(options.to);
      const paths = place.isFolder
        ? files.map((file) => requireNode().path.join(options.to, file.name))
        : [onlyFile(files, 'let to end with "/", or choose a split or a part') && options.to];
      const saved: SavedFile[] = [];
      for (const [index, file] of files.entries())
        saved.push(await saveFile(transport, file, paths[index] ?? options.to, { overwrite, resume, ...transfer }));
      return { ...read, files: saved };
    },
    async read(name, options = {}) {
      const { read, files, transfer } = await find(name, options);
      const file = onlyFile(files, "choose a split or a part");
      return { ...read, file: file.name, sha256: file.sha256, bytes: await readFile(transport, file, transfer) };
    },
    async stream(name, options = {}) {
      const { read, files, transfer } = await find(name, options);
      const file = onlyFile(files, "choose a split or a part");
      const stream = streamFile(transport, file, transfer);
      return { ...read, file: file.name, sha256: file.sha256, bytes: file.bytes, stream };
    },
  });
}

function readers(transport: Transport): Pick<Datasets, "list" | "get" | "snapshots"> {
  const pathOf = (name: string) => `/api/datasets/${encodeURIComponent(name)}`;
  return {
    list: (options) => listOf(transport, "/api/datasets", "datasets", options),
    get: (name, options) => getOf(transport, pathOf(name), "columns", options),
    snapshots: (name, options) => listOf(transport, `${pathOf(name)}/snapshots`, "snapshots", options),
  };
}

/** The URL is made here: one sent by the server could lead the key elsewhere. */
function remoteOf(dataset: string, { id }: DatasetSnapshot, { name, bytes, sha256 }: DatasetFile): RemoteFile {
  const segments = ["/api/datasets", encodeURIComponent(dataset), "snapshots", encodeURIComponent(id), "files", name];
  return { name, bytes, sha256, path: segments.join("/") };
}

async function placeOf(to: string): Promise<{ readonly isFolder: boolean }> {
  if (/[/\\]$/.test(to)) return { isFolder: true };
  const { fs } = requireNode();
  return fs.stat(to).then(
    (found) => ({ isFolder: found.isDirectory() }),
    () => ({ isFolder: false }),
  );
}
