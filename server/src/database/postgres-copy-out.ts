import { Readable } from "node:stream";
import { startCall } from "./call";
import type { CallOptions } from "./database";
import { onSettled, resumeSocket } from "./postgres-client";
import { toDatabaseError } from "./postgres-errors";
import type { PostgresPool } from "./postgres-pool";
import { copyOutStatement } from "./sql-text";

/** Streams the bytes of COPY TO STDOUT with backpressure. A reader that stops early cancels the statement. */
export async function* copyFromPostgres(
  pool: PostgresPool,
  text: string,
  { signal, deadlineMs }: CallOptions = {},
): AsyncGenerator<Uint8Array> {
  const statement = copyOutStatement(text);
  const left = new AbortController();
  const call = startCall({
    signal: signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  try {
    const borrowed = await pool.borrow(call);
    const query = borrowed.client.unsafe(statement);
    let wake = () => {};
    let opened: (stream: Readable) => void = () => {};
    const opening = new Promise<Readable>((resolve) => {
      opened = resolve;
    });
    const finished = new Promise<void>((resolve, reject) => {
      onSettled(
        query,
        (value) => {
          // The first value is the stream to read from, the second the result. The stream may fail before a promise for it
          // settles; without a listener, its error would end the process.
          if (value instanceof Readable) {
            value.on("error", () => {});
            value.once("close", () => resumeSocket(value));
            for (const event of ["readable", "end", "close"]) value.on(event, () => wake());
            opened(value);
          } else {
            borrowed.release();
            resolve();
          }
        },
        (error) => {
          borrowed.release(error);
          reject(toDatabaseError(error));
        },
      );
    });
    // Prevents unhandled rejections while nobody awaits them yet.
    finished.catch(() => {});
    query.readable().catch(() => {});
    borrowed.guard(query);
    opening.then((stream) => {
      // The server notices a cancellation only when it can send, so what still arrives is read and dropped.
      const drain = () => {
        wake = drain;
        while (stream.read() !== null);
      };
      if (call.abortReason === undefined) call.onAbort(drain);
      else drain();
    });

    const stream = await call.race(Promise.race([opening, finished]));
    while (stream !== undefined && !stream.readableEnded && !stream.destroyed) {
      // What has arrived, as one chunk: the library pushes each row on its own.
      const chunk: Uint8Array | null = stream.read();
      if (chunk !== null) {
        yield chunk;
        if (call.abortReason !== undefined) throw call.abortReason;
      } else if (!stream.readableEnded && !stream.destroyed) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await call.race(woken);
      }
    }
    await call.race(finished);
  } finally {
    left.abort();
    call.end();
  }
}
