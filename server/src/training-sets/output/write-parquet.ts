import type { ParquetThread } from "../../columnar/index";
import { FeatstoreError } from "../../core/index";
import type { CallOptions } from "../../database/index";
import type { ResultColumn, ResultRow } from "./result-column";

/** Writes rows as Parquet with the types of `arrowSchema`, encoded in the thread. Errors: those of the rows, `parquet_failed`. */
export async function* parquet(
  thread: ParquetThread,
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
  { signal, deadlineMs }: CallOptions = {},
): AsyncGenerator<Uint8Array> {
  const deadline = deadlineMs === undefined ? undefined : AbortSignal.timeout(deadlineMs);
  const signals = [signal, deadline].filter((each) => each !== undefined);
  const session = thread.openWrite({ signal: AbortSignal.any(signals) });
  try {
    await session.call("beginFile", columns);
    for await (const rows of chunks) yield* await session.call("writeRows", rows);
    yield* await session.call("endFile", null);
  } catch (error) {
    if (deadline?.aborted !== true) throw error;
    throw new FeatstoreError(
      "parquet_failed",
      "Parquet was not written in time: request fewer columns, or raise training_sets.deadline_minutes.",
    );
  } finally {
    session.end();
  }
}
