/**
 * Reports the bytes of a stream as its reader takes them: each chunk when the reader asks for the next one, so that the
 * chunk that an aborted reader did not want is not counted.
 */
export function countedBytes(
  source: ReadableStream<Uint8Array>,
  onBytes: (bytes: number) => void,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let last = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (last > 0) onBytes(last);
        last = 0;
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          return;
        }
        last = value.byteLength;
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // The source is not read before its reader asks: a HEAD response has no reader.
    { highWaterMark: 0 },
  );
}
