import { openAsBlob } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { RecordBatch } from "parquet-wasm/esm/parquet_wasm.js";
import type { ParquetWasm } from "./load-parquet";
import { propertiesOf } from "./parquet-file-stream";
import type { ParquetCalls, ParquetSelection } from "./parquet-messages";

/** Rows to decode and encode at once. */
const BATCH_ROWS = 10_000;

export interface ColumnSelection {
  read(): Promise<ReturnType<ParquetCalls["readSelection"]>>;
}

/** Reads columns of the rows of Parquet files, and writes them as one file with the types and settings of snapshots. */
export function selectParquetColumns(wasm: ParquetWasm, { paths, columns }: ParquetSelection): ColumnSelection {
  let rows = 0;
  async function* batches(): AsyncGenerator<RecordBatch> {
    for (const path of paths) {
      const file = await wasm.ParquetFile.fromFile(await openAsBlob(path));
      const options = { columns: columns.map(({ name }) => name), batchSize: BATCH_ROWS, concurrency: 1 };
      const stream: AsyncIterable<RecordBatch> = await file.stream(options);
      for await (const batch of stream) {
        rows += batch.numRows;
        yield batch;
      }
      file.free();
    }
  }
  const input = batches();
  const readable = new ReadableStream<RecordBatch>(
    {
      async pull(controller) {
        // Without this pause, the encoder runs on and keeps its whole output in memory.
        await setImmediate();
        const { done, value } = await input.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
  let output: AsyncIterator<Uint8Array> | undefined;
  return {
    async read() {
      if (output === undefined) {
        const stream: AsyncIterable<Uint8Array> = await wasm.transformParquetStream(
          readable,
          propertiesOf(wasm, columns),
        );
        output = stream[Symbol.asyncIterator]();
      }
      const { done, value } = await output.next();
      return { bytes: done === true ? null : value, rows };
    },
  };
}
