import { ChecksumError } from "../errors";
import type { Transport } from "../transport";
import { throwIfAborted } from "../transport/pause";
import { createRetries } from "../transport/retries";
import { missingRanges } from "./byte-ranges";
import { createHasher } from "./node-files";
import { type RemoteFile, rangesOf } from "./open-range";
import { receiveRange, receiveRanges } from "./receive-ranges";
import type { CheckedTransfer } from "./transfer-options";

/** Reads a whole file into memory. Errors: `ChecksumError` if its SHA-256 is wrong. */
export async function readFile(
  transport: Transport,
  remote: RemoteFile,
  options: CheckedTransfer,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(remote.bytes);
  const report = reporter(remote, options);
  await receiveRanges(missingRanges([], remote.bytes, options.parallel === 1 ? Infinity : options.partBytes), {
    ...options,
    open: rangesOf(transport, remote),
    write(piece, at) {
      bytes.set(piece, at);
      report(piece.byteLength);
    },
  });
  const hasher = createHasher();
  hasher.update(bytes);
  verify(remote, hasher.digest());
  return bytes;
}

/**
 * Streams a file in order, while up to `parallel` ranges are received ahead into memory. The stream fails with
 * `ChecksumError` instead of ending if the SHA-256 is wrong.
 */
export function streamFile(
  transport: Transport,
  remote: RemoteFile,
  options: CheckedTransfer,
): ReadableStream<Uint8Array> {
  const stopping = new AbortController();
  const stop = () => stopping.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", stop, { once: true });
  const parts = partsInOrder(transport, remote, { ...options, signal: stopping.signal });
  const hasher = createHasher();
  const end = () => {
    options.signal?.removeEventListener("abort", stop);
    stopping.abort();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          throwIfAborted(options.signal);
          const { done, value } = await parts.next();
          if (done !== true) {
            hasher.update(value);
            return controller.enqueue(value);
          }
          verify(remote, hasher.digest());
          end();
          controller.close();
        } catch (error) {
          end();
          throw error;
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

async function* partsInOrder(
  transport: Transport,
  remote: RemoteFile,
  options: CheckedTransfer,
): AsyncGenerator<Uint8Array> {
  const { parallel, partBytes, signal } = options;
  const open = rangesOf(transport, remote);
  const retries = createRetries(options.retries, signal);
  const report = reporter(remote, options);
  const queue = [...missingRanges([], remote.bytes, partBytes)];
  const started: Promise<Uint8Array>[] = [];
  const start = async ({ first, end }: { readonly first: number; readonly end: number }) => {
    const part = new Uint8Array(end - first);
    const write = (piece: Uint8Array, at: number) => {
      part.set(piece, at - first);
      report(piece.byteLength);
    };
    await receiveRange({ first, end }, { ...options, open, write }, retries);
    return part;
  };
  while (queue.length > 0 || started.length > 0) {
    for (const range of queue.splice(0, parallel - started.length)) {
      const part = start(range);
      part.catch(() => undefined); // awaited below, unless an earlier part fails
      started.push(part);
    }
    const part = await started.shift();
    if (part !== undefined) yield part;
  }
}

/** Returns a function that adds bytes to the progress. */
function reporter(remote: RemoteFile, { onProgress }: CheckedTransfer): (bytes: number) => void {
  let receivedBytes = 0;
  const report = (bytes: number) => {
    receivedBytes += bytes;
    onProgress?.({ file: remote.name, receivedBytes, totalBytes: remote.bytes });
  };
  report(0);
  return report;
}

function verify({ name, sha256 }: RemoteFile, actual: string): void {
  if (actual !== sha256)
    throw new ChecksumError(`${name} has SHA-256 ${actual} instead of ${sha256}: do not use its bytes, read it again`);
}
