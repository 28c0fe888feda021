import { createHash } from "node:crypto";

export interface ExpectedBytes {
  readonly bytes: number;
  /** SHA-256 of all bytes as 64 hexadecimal digits; undefined: only the number of bytes is checked. */
  readonly sha256?: string | undefined;
  /** Called if the source fails or has other bytes. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/**
 * Checks a stream while it is read. It keeps each chunk until the next one is there, and ends with an error instead of
 * the last chunk if the bytes are not the expected ones: a reader never gets a complete body with wrong bytes.
 */
export function verifiedBytes(
  source: ReadableStream<Uint8Array>,
  { bytes, sha256, onFault }: ExpectedBytes,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  const hash = sha256 === undefined ? undefined : createHash("sha256");
  let held: Uint8Array | undefined;
  let seen = 0;
  let isCancelled = false;
  const check = async (): Promise<void> => {
    const digest = seen === bytes ? hash?.digest("hex") : undefined;
    if (seen === bytes && digest === sha256) return;
    const found = seen > bytes ? `more than ${bytes} bytes` : `${seen} of ${bytes} bytes`;
    const error = new DamagedBytes(seen === bytes ? "it has another SHA-256" : `it has ${found}`);
    await reader.cancel(error).catch(() => undefined);
    throw error;
  };
  const next = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      if (value.byteLength === 0) continue;
      seen += value.byteLength;
      hash?.update(value);
      return value;
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          held ??= await next();
          const following = held === undefined ? undefined : await next();
          // The reader went away while the source was read.
          if (isCancelled) return;
          if (following === undefined || seen > bytes) await check();
          if (held !== undefined) controller.enqueue(held);
          if (following === undefined) controller.close();
          held = following;
        } catch (error) {
          if (isCancelled) return;
          onFault?.(error);
          throw error;
        }
      },
      cancel(reason) {
        isCancelled = true;
        return reader.cancel(reason);
      },
    },
    // The source is not read before its reader asks: a HEAD response has no reader.
    { highWaterMark: 0 },
  );
}

/** The bytes of a file are not those that were published. */
export class DamagedBytes extends Error {
  constructor(detail: string) {
    super(`The file is damaged: ${detail}`);
    this.name = "DamagedBytes";
  }
}
