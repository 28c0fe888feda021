const SLICE_MS = 8;

/**
 * Lets the rest of the process run between two pieces of long work: called after each piece, it waits for the next turn of
 * the event loop where the last one was more than eight milliseconds ago. Streams alone do not: what is ready comes without a turn.
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

/** The same bytes in small pieces, with a pause between them where one is due. */
export async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pause = createPause();
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) {
      await pause();
      yield chunk.subarray(at, at + PIECE_BYTES);
    }
  }
}
