import type { Call } from "./call";
import type { Chunks } from "./database";

const batchCharacters = 256 * 1024;

/**
 * Joins texts into fewer, larger pieces, and passes bytes as they are. Throws the call's reason as soon as it is aborted, even while it waits for the next
 * chunk. Stops the source when its reader stops.
 */
export async function* inBatches(call: Call, chunks: Chunks): AsyncGenerator<string | Uint8Array, void, undefined> {
  const source = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  let exhausted = false;
  let batch = "";
  try {
    for (;;) {
      if (call.abortReason !== undefined) throw call.abortReason;
      const next = source.next();
      const { done, value } = next instanceof Promise ? await call.race(next) : next;
      if (done === true) break;
      if (typeof value === "string") batch += value;
      if (typeof value === "string" && batch.length < batchCharacters) continue;
      if (batch !== "") yield batch;
      batch = "";
      if (typeof value !== "string") yield value;
    }
    exhausted = true;
    if (batch !== "") yield batch;
  } finally {
    // Not awaited: a source that hangs would block the call.
    if (!exhausted) Promise.resolve(source.return?.()).catch(() => {});
  }
}
