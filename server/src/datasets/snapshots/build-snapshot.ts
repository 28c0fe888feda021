import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Actor } from "../../core/index";
import type { DatasetStore } from "../dataset-store";
import type { RegisteredDataset, Snapshot, SnapshotChanges, SnapshotFile, SnapshotManifest } from "../dataset-types";
import type { SnapshotFiles } from "../files/snapshot-files";
import type { SnapshotPlan, WriteSnapshot, WrittenSnapshot } from "../write/write-snapshot";
import { openBuildFolder } from "./build-folder";
import type { BuildStore } from "./build-store";
import { type KeptBuild, leaseLost } from "./held-build";
import { columnChanges, increased, type VersionPart, versionPart } from "./next-version";
import { type PreviousSnapshots, previousSnapshots } from "./previous-snapshot";
import type { ReadPlan } from "./read-plan";
import { identified, snapshotFolder } from "./snapshot-id";

/** A text file beside the data. */
export interface SnapshotDocument {
  readonly path: string;
  readonly role: "card" | "licence" | "citation" | "checksums";
  readonly text: string;
}

export interface BuildDependencies {
  readonly store: DatasetStore;
  readonly builds: BuildStore;
  readonly files: SnapshotFiles;
  /** The local folder in which builds work. */
  readonly workFolder: string;
  readonly maxFileBytes: number;
  /** Compiles a dataset against the newest registry. Errors: `dataset_not_public`, … */
  readonly plan: (dataset: RegisteredDataset) => Promise<ReadPlan>;
  /** Streams the rows of a query in PostgreSQL's COPY text format, all of one moment. */
  readonly rows: (sql: string, signal: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly write: WriteSnapshot;
  /** Writes the card and the files like it. `manifest` has the data files only. */
  readonly documents: (manifest: SnapshotManifest) => Promise<readonly SnapshotDocument[]>;
}

export interface BuiltSnapshot {
  readonly id: string;
  readonly version: string;
  readonly rows: number;
  readonly changes: SnapshotChanges | null;
  /** True if the newest snapshot has the same content, so that no new one was made. */
  readonly unchanged: boolean;
}

/**
 * Builds a snapshot of a dataset: reads its rows once, writes the files in a local folder, publishes them, and then
 * makes them visible with one statement. Whatever a crash leaves before that statement is garbage.
 * Errors: `dataset_value_invalid`, `dataset_not_public`, `dataset_build_running`, `storage_full`, `storage_unavailable`.
 */
export async function buildSnapshot(
  dependencies: BuildDependencies,
  dataset: RegisteredDataset,
  held: KeptBuild,
  actor: Actor,
): Promise<BuiltSnapshot> {
  const { store, builds, files } = dependencies;
  const folder = await openBuildFolder(dependencies.workFolder, held.id, builds);
  try {
    const read = await dependencies.plan(dataset);
    const snapshots = await store.snapshots(held.dataset);
    const previous = await previousSnapshots(files, snapshots, join(folder, "previous.csv"), held.signal);
    const local = join(folder, "snapshot");
    const written = await writeData(dependencies, { dataset, read, previous, folder: local }, held);
    const draft = draftOf(dataset, read, written);
    const same = previous && (await sameContent(dependencies, draft, previous.newest));
    const finished = same ?? (await finish(dependencies, draft, successorOf(draft, written, previous)));
    for (const { path, text } of finished.documents) await writeText(join(local, path), text);
    await writeText(join(local, "manifest.json"), finished.text);
    const { id, manifest } = finished;
    held.signal.throwIfAborted();
    await files.publish(local, snapshotFolder(held.dataset, id), held.signal);
    const result = { id, rows: rowsRead(manifest) };
    const isDone =
      same === undefined
        ? await builds.publish(held, { ...result, version: manifest.version, manifest: finished.text }, actor)
        : await builds.finishUnchanged(held, result, actor);
    if (!isDone) throw leaseLost(held);
    const { version, rows, changes } = manifest;
    return { id, version, rows, changes, unchanged: same !== undefined };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rowsRead({ rows, excluded }: SnapshotManifest): number {
  return Object.values(excluded).reduce((total, count) => total + count, rows);
}

interface Writing {
  readonly dataset: RegisteredDataset;
  readonly read: ReadPlan;
  readonly previous: PreviousSnapshots | undefined;
  readonly folder: string;
}

async function writeData(
  { rows, write, maxFileBytes }: BuildDependencies,
  { dataset: { definition }, read, previous, folder }: Writing,
  held: KeptBuild,
): Promise<WrittenSnapshot> {
  await mkdir(folder);
  const compared = comparable(read, previous);
  const plan: SnapshotPlan = {
    columns: read.columns,
    formats: ["parquet", "csv", "jsonl", "json"],
    csv: definition.csv,
    invalid: definition.cleaning.invalid,
    split: read.split,
    maxFileBytes,
    folder,
    previous: compared && { path: compared.digests, columns: compared.snapshot.manifest.columns },
  };
  return write(plan, counted(rows(read.sql, held.signal), held), held.signal);
}

const LINE_FEED = 10;

/** Reports the number of rows that pass: a row of COPY's text format ends with a line feed, and has no other. */
async function* counted(chunks: AsyncIterable<Uint8Array>, { progress }: KeptBuild): AsyncGenerator<Uint8Array> {
  let rows = 0;
  for await (const chunk of chunks) {
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) rows += 1;
    progress(rows);
    yield chunk;
  }
}

/** Rows can be compared by their keys, so only with a snapshot that has the same ones. */
function comparable(read: ReadPlan, previous: PreviousSnapshots | undefined): PreviousSnapshots["compared"] {
  const compared = previous?.compared ?? null;
  if (compared === null) return null;
  const keys = (columns: SnapshotPlan["columns"]) =>
    JSON.stringify(columns.filter(({ role }) => role === "key").map(({ name, type }) => [name, type]));
  return keys(compared.snapshot.manifest.columns) === keys(read.columns) ? compared : null;
}

/** The manifest without what depends on earlier snapshots, and without the documents. */
type Draft = Omit<SnapshotManifest, "version" | "changes">;

function draftOf({ definition }: RegisteredDataset, read: ReadPlan, written: WrittenSnapshot): Draft {
  const statistics = written.statistics;
  const columns = read.columns.map((column, index) => {
    const measured = statistics[index];
    if (measured === undefined) throw new Error(`the column ${column.name} has no statistics`);
    return { ...column, statistics: measured };
  });
  const quality = columns.find(({ role }) => role === "quality");
  return {
    manifestVersion: 1,
    dataset: definition.name,
    definition,
    inputs: read.inputs,
    key: columns.filter(({ role }) => role === "key").map(({ name }) => name),
    columns,
    rows: written.rows,
    splits: written.splits,
    excluded: written.excluded,
    quality:
      quality === undefined || read.formula === null ? null : { formula: read.formula, mean: quality.statistics.mean },
    files: written.files,
  };
}

interface Finished {
  readonly id: string;
  /** Of `manifest.json`. */
  readonly text: string;
  readonly manifest: SnapshotManifest;
  readonly documents: readonly SnapshotDocument[];
}

async function finish(
  { documents }: BuildDependencies,
  draft: Draft,
  successor: Pick<SnapshotManifest, "version" | "changes">,
): Promise<Finished> {
  const manifest = { ...draft, ...successor };
  const written = await documents(manifest);
  const whole = { ...manifest, files: [...draft.files, ...written.map(fileOf)] };
  return { ...identified(whole), manifest: whole, documents: written };
}

/**
 * Returns the newest snapshot's manifest and documents if the draft would give the same: then nothing is published.
 * Generations that were computed again with the same rows make no new snapshot.
 */
async function sameContent(
  dependencies: BuildDependencies,
  draft: Draft,
  { id, withdrawn, manifest: { version, changes, inputs } }: Snapshot,
): Promise<Finished | undefined> {
  if (withdrawn !== null) return undefined;
  const again = await finish(dependencies, { ...draft, inputs }, { version, changes });
  return again.id === id ? again : undefined;
}

function successorOf(
  draft: Draft,
  written: WrittenSnapshot,
  previous: PreviousSnapshots | undefined,
): Pick<SnapshotManifest, "version" | "changes"> {
  if (previous === undefined) return { version: "1.0.0", changes: null };
  const { newest, compared } = previous;
  const next = (part: VersionPart) => increased(newest.version, part);
  // Rows of a withdrawn snapshot are gone, and what changed since then is not known.
  if (compared === null) return { version: next("major"), changes: null };
  const before = compared.snapshot.manifest;
  const changes: SnapshotChanges = {
    previous: compared.snapshot.id,
    // Without the same keys, no row is the same.
    ...(written.changes ?? { added: draft.rows, changed: 0, removed: before.rows }),
    ...columnChanges(before.columns, draft.columns),
  };
  const part = compared.snapshot.id === newest.id ? versionPart(changes, before, draft) : "major";
  return { version: next(part), changes };
}

function fileOf({ path, role, text }: SnapshotDocument): SnapshotFile {
  const bytes = Buffer.from(text, "utf8");
  return {
    name: path,
    path,
    role,
    format: null,
    split: null,
    part: 0,
    rows: null,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, "utf8");
}
