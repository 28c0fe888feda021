import { ConnectionError, UnexpectedAnswerError } from "../errors";
import { piecesOf } from "../pieces";
import type { CallOptions } from "../transport";
import { throwIfAborted } from "../transport/pause";
import { createRetries, type Retries } from "../transport/retries";
import type { ByteRange } from "./byte-ranges";
import type { OpenRange } from "./open-range";

/** Receives a range's bytes. They come in order within one range. */
export type WriteBytes = (bytes: Uint8Array, at: number) => Promise<void> | void;

export interface ReceiveOptions {
  readonly open: OpenRange;
  readonly write: WriteBytes;
  /** Number of requests at once. */
  readonly parallel: number;
  readonly retries: number;
  readonly timeoutMs: number;
  readonly headers: NonNullable<CallOptions["headers"]>;
  readonly signal: AbortSignal | undefined;
}

/** Receives the ranges, several at once. The first failure stops the others; all writes are done when it rejects. */
export async function receiveRanges(ranges: readonly ByteRange[], options: ReceiveOptions): Promise<void> {
  const stopping = new AbortController();
  const stop = () => stopping.abort(options.signal?.reason);
  throwIfAborted(options.signal);
  options.signal?.addEventListener("abort", stop, { once: true });
  const shared = { ...options, signal: stopping.signal };
  const retries = createRetries(options.retries, stopping.signal);
  const queue = [...ranges];
  const failures: unknown[] = [];
  const work = async () => {
    try {
      for (let range = queue.shift(); range !== undefined; range = queue.shift())
        await receiveRange(range, shared, retries);
    } catch (error) {
      failures.push(error);
      stop();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.parallel, ranges.length) }, work));
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
  throwIfAborted(options.signal);
  if (failures.length > 0) throw failures[0];
}

/** Receives one range, and continues after a broken connection. */
export async function receiveRange(
  { first, end }: ByteRange,
  { open, write, timeoutMs, headers, signal }: Omit<ReceiveOptions, "parallel" | "retries">,
  retries: Retries,
): Promise<void> {
  let at = first;
  let failures = 0;
  while (at < end) {
    try {
      await retries.ready();
      const opened = await open(
        { first: at, end },
        { timeoutMs, headers, ...(signal === undefined ? {} : { signal }) },
      );
      try {
        for await (const piece of piecesOf(opened, timeoutMs)) {
          throwIfAborted(signal);
          if (at + piece.byteLength > end)
            throw new UnexpectedAnswerError(`The answer has more than the ${end - first} bytes of its range`);
          await write(piece, at);
          at += piece.byteLength;
          failures = 0;
        }
      } finally {
        opened.close();
      }
      if (at < end) throw new ConnectionError(`The answer ended ${end - at} bytes early`);
    } catch (error) {
      failures += 1;
      await retries.pauseAfter(error, failures);
    }
  }
}
