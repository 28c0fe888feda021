import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Call } from "./call";

const writeCharacters = 1024 * 1024;

/** Text on its way, in a file without a name: it is gone with the process, whatever ends that. */
export interface Spool {
  readonly descriptor: number;
  close(): Promise<void>;
}

/** Writes all chunks to a temporary file; rejects, and leaves nothing, if the chunks do or the call is given up. */
export async function spoolChunks(call: Call, chunks: AsyncIterable<string> | Iterable<string>): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), "featstore-"));
  const file = await open(join(folder, "spool"), "w+", 0o600);
  await rm(folder, { recursive: true });
  try {
    let text = "";
    for await (const chunk of chunks) {
      if (call.givenUp !== undefined) throw call.givenUp;
      text += chunk;
      if (text.length < writeCharacters) continue;
      await file.write(text);
      text = "";
    }
    if (text !== "") await file.write(text);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { descriptor: file.fd, close: () => file.close() };
}
