import type { Readable } from "node:stream";
import { startCall } from "./call";
import type { CallOptions } from "./database";
import { onSettled } from "./postgres-client";
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
    const finished = new Promise<void>((resolve, reject) => {
      onSettled(
        query,
        (value) => {
          // The first value is the stream to read from, the second the result.
          if (typeof value !== "object" || value === null || !("count" in value)) return;
          borrowed.release();
          resolve();
        },
        (error) => {
          borrowed.release(error);
          reject(toDatabaseError(error));
        },
      );
    });
    // Prevents an unhandled rejection while nobody awaits it yet.
    finished.catch(() => {});
    borrowed.guard(query);

    // The stream may arrive after the call was aborted. The server notices a cancellation only when it can send, so what
    // still arrives is read and dropped.
    const opened = query.readable().then(
      (stream: Readable) => {
        stream.on("error", () => {});
        call.onAbort(() => stream.resume());
        if (call.abortReason !== undefined) stream.resume();
        return stream;
      },
      () => undefined,
    );
    const stream = await call.race(opened);
    if (stream !== undefined) {
      let wake = () => {};
      for (const event of ["readable", "end", "close"]) stream.on(event, () => wake());
      while (!stream.readableEnded && !stream.destroyed) {
        // What has arrived, as one chunk: the library pushes each row on its own.
        const chunk: Uint8Array | null = stream.read();
        if (call.abortReason !== undefined) throw call.abortReason;
        if (chunk !== null) yield chunk;
        else if (!stream.readableEnded && !stream.destroyed) {
          const woken = new Promise<void>((resolve) => {
            wake = resolve;
          });
          await call.race(woken);
        }
      }
    }
    await call.race(finished);
  } finally {
    left.abort();
    call.end();
  }
}
