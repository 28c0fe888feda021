import { ChecksumError, ConnectionError, UnexpectedAnswerError } from "./errors";
import { piecesOf } from "./pieces";
import { createSha256 } from "./sha256";
import type { CallOptions, Opened, Transport } from "./transport";
import { createRetries, type Retries } from "./transport/retries";

export interface DownloadOptions extends CallOptions {
  /**
   * The number of bytes already received from an earlier download; the stream starts after them. The caller then has to
   * check `sha256`. 0 by default.
   */
  readonly from?: number;
}

/** A download of a training set's file. */
export interface TrainingSetDownload {
  /** The whole file's. */
  readonly bytes: number;
  /** The whole file's, 64 hexadecimal digits. */
  readonly sha256: string;
  /**
   * The file's bytes. If the connection breaks or stalls for `timeoutMs`, the download resumes where it ended, up to
   * `retries` times (5 by default) without receiving a byte. The stream fails with `ChecksumError` if the bytes do not have the SHA-256.
   */
  readonly stream: ReadableStream<Uint8Array>;
}

const MAX_FAILURES = 5;

/** Opens the download of a finished training set's file. */
export async function openDownload(
  transport: Transport,
  path: string,
  { from = 0, ...call }: DownloadOptions,
): Promise<TrainingSetDownload> {
  const opened = await transport.open({ ...call, path, headers: { ...call.headers, ...rangeOf(from, undefined) } });
  const etag = opened.response.headers.get("etag") ?? "";
  const sha256 = /^"([0-9a-f]{64})"$/.exec(etag)?.[1];
  const bytes = sizeOf(opened.response, from);
  if (sha256 === undefined || bytes === undefined) {
    opened.close();
    throw new UnexpectedAnswerError(`The answer of ${opened.response.url} is not a training set's file: check baseUrl`);
  }
  const again = (at: number) =>
    transport.open({ ...call, path, retries: 0, headers: { ...call.headers, ...rangeOf(at, etag) } });
  const timeoutMs = call.timeoutMs ?? transport.timeoutMs;
  const retries = createRetries(call.retries ?? MAX_FAILURES, call.signal);
  const pieces = readAll({ opened, from, bytes, etag, again, timeoutMs, retries });
  const hash = from === 0 ? createSha256() : undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done !== true) {
          hash?.update(value);
          controller.enqueue(value);
        } else if (hash !== undefined && hash.digest() !== sha256) {
          controller.error(new ChecksumError(`The bytes of ${path} do not have SHA-256 ${sha256}`));
        } else controller.close();
      },
      cancel: async () => void (await pieces.return(undefined)),
    },
    { highWaterMark: 0 },
  );
  return { bytes, sha256, stream };
}

interface Reading {
  readonly opened: Opened;
  readonly from: number;
  readonly bytes: number;
  readonly etag: string;
  readonly again: (at: number) => Promise<Opened>;
  readonly timeoutMs: number;
  readonly retries: Retries;
}

async function* readAll({ opened, from, bytes, etag, again, timeoutMs, retries }: Reading) {
  let at = from;
  let failures = 0;
  let current: Opened | undefined = opened;
  try {
    while (at < bytes) {
      try {
        current ??= await again(at);
        if (current.response.headers.get("etag") !== etag || sizeOf(current.response, at) !== bytes)
          throw new UnexpectedAnswerError("The file has changed since the download started");
        for await (const piece of piecesOf(current, timeoutMs)) {
          at += piece.byteLength;
          failures = 0;
          yield piece;
        }
        if (at < bytes) throw new ConnectionError(`The answer ended after ${at} of ${bytes} bytes`);
      } catch (error) {
        failures += 1;
        current?.close();
        current = undefined;
        await retries.pauseAfter(error, failures);
      }
    }
  } finally {
    current?.close();
  }
}

function rangeOf(at: number, etag: string | undefined): Readonly<Record<string, string>> {
  if (at === 0) return {};
  return { range: `bytes=${at}-`, ...(etag === undefined ? {} : { "if-range": etag }) };
}

/** Returns the whole file's size if the answer is its part from `at`. */
function sizeOf(response: Response, at: number): number | undefined {
  if (at === 0) {
    const length = response.headers.get("content-length") ?? "";
    return response.status === 200 && /^\d+$/.test(length) ? Number(length) : undefined;
  }
  const [, first, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  return response.status === 206 && Number(first) === at && size !== undefined ? Number(size) : undefined;
}
