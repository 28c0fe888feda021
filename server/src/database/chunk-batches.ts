import type { Call } from "./call";

const batchCharacters = 256 * 1024;

/**
 * Joins chunks into fewer, larger pieces. Throws the call's reason as soon as it is aborted, even while it waits for the next
 * chunk. Stops the source when its reader stops.
 */
export async function* inBatches(
  call: Call,
  chunks: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string, void, undefined> {
  const source = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  let exhausted = false;
  let batch = "";
  try {
    for (;;) {
      if (call.abortReason !== undefined) throw call.abortReason;
      const next = source.next();
      const { done, value } = next instanceof Promise ? await call.race(next) : next;
      if (done === true) break;
      batch += value;
      if (batch.length < batchCharacters) continue;
      yield batch;
      batch = "";
    }
    exhausted = true;
    if (batch !== "") yield batch;
  } finally {
    // Not awaited: a source that hangs would block the call.
    if (!exhausted) Promise.resolve(source.return?.()).catch(() => {});
  }
}
