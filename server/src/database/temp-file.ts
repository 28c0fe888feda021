import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Call } from "./call";
import { inBatches } from "./chunk-batches";
import type { Chunks } from "./database";

/** A buffer in an unlinked file, which the system removes when the process ends. */
export interface TempFile {
  readonly descriptor: number;
  close(): Promise<void>;
}

/** Opens an empty temporary file. */
export async function openTempFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-"));
  const file = await open(join(folder, "temp-file"), "w+", 0o600);
  await rm(folder, { recursive: true });
  return file;
}

/** Writes all chunks to a temporary file; rejects and removes it if the chunks reject or the call is aborted. */
export async function writeTempFile(call: Call, chunks: Chunks): Promise<TempFile> {
  const file = await openTempFile();
  try {
    for await (const batch of inBatches(call, chunks)) await file.appendFile(batch);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { descriptor: file.fd, close: () => file.close() };
}
