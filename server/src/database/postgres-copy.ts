import type { Writable } from "node:stream";
import type { Call } from "./call";
import { inBatches } from "./chunk-batches";
import type { Chunks } from "./database";
import { onSettled } from "./postgres-client";
import { toDatabaseError } from "./postgres-errors";
import type { PostgresPool } from "./postgres-pool";
import { copyStatement } from "./sql-text";

/** Loads CSV with COPY FROM STDIN and backpressure; one statement, so all rows or none. */
export async function copyIntoPostgres(
  pool: PostgresPool,
  call: Call,
  target: { readonly table: string; readonly columns: readonly string[] },
  chunks: Chunks,
): Promise<number> {
  const text = copyStatement(target, "stdin");
  const borrowed = await pool.borrow(call);
  const query = borrowed.client.unsafe(text);
  let failed = false;
  const finished = new Promise<number>((resolve, reject) => {
    onSettled(
      query,
      (value) => {
        // The first value is the stream to write to, the second the result.
        if (typeof value !== "object" || value === null || !("count" in value)) return;
        borrowed.release();
        resolve(Number(value.count));
      },
      (error) => {
        if (failed) return;
        failed = true;
        borrowed.release(error);
        reject(toDatabaseError(error));
      },
    );
  });
  // Prevents an unhandled rejection while nobody awaits it yet.
  finished.catch(() => {});
  borrowed.guard(query);

  // `finished` reports a failure to begin. The stream may arrive after the call was aborted; without a listener, its error
  // would end the process.
  const opened = query.writable().then(
    (stream) => stream.on("error", () => {}),
    () => undefined,
  );
  const writable = await call.race(opened);
  if (writable === undefined) return finished;
  const stop = call.onAbort((reason) => writable.destroy(reason));
  try {
    for await (const batch of inBatches(call, chunks)) await call.race(written(writable, batch, finished));
  } catch (error) {
    // Sends CopyFail: the server discards the rows.
    writable.destroy(new Error("the load was aborted"));
    await finished.catch(() => {});
    throw error;
  } finally {
    stop();
  }
  writable.end();
  return call.race(finished);
}

/** Resolves when the batch is written, rejects when the load has failed. */
function written(writable: Writable, batch: string | Uint8Array, finished: Promise<number>): Promise<unknown> {
  const sent = new Promise<void>((resolve) => writable.write(batch, () => resolve()));
  return Promise.race([sent, finished]);
}
