import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Call } from "./call";
import { inBatches } from "./chunk-batches";

/** Text on its way, in a file without a name: it is gone with the process, whatever ends that. */
export interface TempFile {
  readonly descriptor: number;
  close(): Promise<void>;
}

/** Writes all chunks to a temporary file; rejects, and leaves nothing, if the chunks do or the call is given up. */
export async function writeTempFile(call: Call, chunks: AsyncIterable<string> | Iterable<string>): Promise<TempFile> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-"));
  const file = await open(join(folder, "temp-file"), "w+", 0o600);
  await rm(folder, { recursive: true });
  try {
    for await (const batch of inBatches(call, chunks)) await file.write(batch);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { descriptor: file.fd, close: () => file.close() };
}
