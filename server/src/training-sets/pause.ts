const SLICE_MS = 8;

/**
 * Creates a function that lets other work of the process run: call it after each piece of long work. If the last turn of
 * the event loop was more than eight milliseconds ago, it waits for the next one. Streams do not yield while data is ready.
 *
 * @example const pause = createPause(); for (const row of rows) { work(row); await pause(); }
 */
export function createPause(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        since = performance.now();
        resolve();
      });
    });
  };
}

const PIECE_BYTES = 4096;

/** Splits chunks into small pieces and pauses between them when a pause is due. */
export async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pause = createPause();
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) {
      await pause();
      yield chunk.subarray(at, at + PIECE_BYTES);
    }
  }
}
