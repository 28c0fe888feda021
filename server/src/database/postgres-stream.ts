import { startCall } from "./call";
import type { CallOptions, Statement } from "./database";
import { rowsOf } from "./postgres-client";
import { toDatabaseError } from "./postgres-errors";
import type { PostgresPool } from "./postgres-pool";

/** Yields a query's rows from a portal; fetches the next chunk after the previous one was consumed. */
export async function* streamFromPostgres(
  pool: PostgresPool,
  statement: Statement,
  chunkRows: number,
  options: CallOptions | undefined,
): AsyncGenerator<object[]> {
  const call = startCall(options);
  try {
    const borrowed = await pool.borrow(call);
    const chunks: object[][] = [];
    let resume: ((answer: object | undefined) => void) | undefined;
    let settled = false;
    let failure: unknown;
    let wake = () => {};

    const end = (close: object) => {
      resume?.(close);
      resume = undefined;
    };
    const query = borrowed.client
      .unsafe(statement.text, [...(statement.parameters ?? [])], { prepare: false })
      .cursor(chunkRows, (result) => {
        const rows = rowsOf(result);
        if (rows.length > 0) chunks.push(rows);
        wake();
        return new Promise((resolve) => {
          resume = resolve;
          // A waiting portal is not running, so a cancellation would miss it.
          if (call.abortReason !== undefined) end(borrowed.client.CLOSE);
        });
      });
    borrowed.guard(query);
    const forget = call.onAbort(() => end(borrowed.client.CLOSE));
    const finish = (error?: unknown) => {
      settled = true;
      failure = error;
      forget();
      borrowed.release(error);
      wake();
    };
    query.then(
      () => finish(),
      (error: unknown) => finish(error),
    );

    try {
      for (;;) {
        const chunk = chunks.shift();
        if (chunk !== undefined) {
          yield chunk;
          if (call.abortReason !== undefined) throw call.abortReason;
        } else if (settled) {
          if (failure !== undefined) throw toDatabaseError(failure);
          return;
        } else {
          const woken = new Promise<void>((resolve) => {
            wake = resolve;
          });
          resume?.(undefined);
          resume = undefined;
          await call.race(woken);
        }
      }
    } finally {
      end(borrowed.client.CLOSE);
    }
  } finally {
    call.end();
  }
}
