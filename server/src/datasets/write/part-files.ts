import { createHash, type Hash } from "node:crypto";
import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DatasetFormat, SnapshotFile } from "../dataset-types";

/** A file that is written from its beginning to its end, with its SHA-256. */
export interface HashedFile {
  readonly bytes: number;
  write(bytes: Uint8Array): Promise<void>;
  /** Flushes the file to the disk. */
  close(): Promise<{ readonly bytes: number; readonly sha256: string }>;
}

/** The files of a snapshot that are open. */
export interface OpenFiles {
  create(path: string): Promise<HashedFile>;
  /** Closes all files that are not closed, of a snapshot that failed. */
  abandon(): Promise<void>;
}

export function createOpenFiles(): OpenFiles {
  const open = new Set<FileHandle>();
  return {
    create: (path) => createHashedFile(path, open),
    async abandon() {
      for (const file of open) await file.close().catch(() => undefined);
      open.clear();
    },
  };
}

async function createHashedFile(path: string, openFiles: Set<FileHandle>): Promise<HashedFile> {
  await mkdir(dirname(path), { recursive: true });
  const file: FileHandle = await open(path, "wx");
  openFiles.add(file);
  const hash: Hash = createHash("sha256");
  let written = 0;
  return {
    get bytes() {
      return written;
    },
    async write(bytes) {
      hash.update(bytes);
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
      written += bytes.length;
    },
    async close() {
      await file.sync();
      await file.close();
      openFiles.delete(file);
      return { bytes: written, sha256: hash.digest("hex") };
    },
  };
}

/** A finished part of a split in a format. */
export interface FinishedPart {
  readonly temporary: string;
  readonly format: DatasetFormat;
  /** `train` for the rows of a snapshot without a split. */
  readonly split: string | null;
  readonly part: number;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Gives the parts their names, which contain their number: `data/train-00000-of-00003.parquet`. */
export async function nameParts(folder: string, parts: readonly FinishedPart[]): Promise<readonly SnapshotFile[]> {
  const files: SnapshotFile[] = [];
  for (const { temporary, format, split, part, rows, bytes, sha256 } of parts) {
    const total = parts.filter((each) => each.format === format && each.split === split).length;
    const name = `${split ?? "train"}-${digits(part)}-of-${digits(total)}.${format}`;
    const path = `data/${name}`;
    await rename(join(folder, temporary), join(folder, path));
    files.push({ name, path, role: "data", format, split, part, rows, bytes, sha256 });
  }
  return files;
}

function digits(number: number): string {
  return String(number).padStart(5, "0");
}
