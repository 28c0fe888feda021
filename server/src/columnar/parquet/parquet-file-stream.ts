import { setImmediate } from "node:timers/promises";
import type { ValueType } from "@featstore/definitions/compiler";
import { type RecordBatch, type Schema, Table, tableToIPC } from "apache-arrow";
import type { RecordBatch as WasmBatch, WriterProperties } from "parquet-wasm/esm/parquet_wasm.js";
import { arrowSchema } from "../arrow/arrow-columns";
import { type TypedColumn, typedBatch } from "../arrow/column-values";
import type { ParquetWasm } from "./load-parquet";

const GROUP_ROWS = 100_000;
const GROUP_BYTES = 64 * 1024 * 1024;

export interface ParquetColumnPlan {
  readonly name: string;
  readonly type: ValueType;
  readonly nullable: boolean;
  readonly isKey: boolean;
}

/** A file that is being written. The same batches give the same bytes. */
export interface ParquetFileStream {
  /** Encodes the rows. When it resolves, `onBytes` has received the row groups of all earlier calls. */
  write(columns: readonly TypedColumn[], rows: number): Promise<void>;
  end(): Promise<void>;
}

/**
 * Opens a Parquet file: ZSTD, row groups of at most 100,000 rows and 64 MiB, or `maxGroupBytes`, REQUIRED columns where `nullable` is false,
 * vectors as fixed-size lists of float32. Memory: about one row group.
 */
export function openParquetStream(
  wasm: ParquetWasm,
  columns: readonly ParquetColumnPlan[],
  maxGroupBytes: number,
  onBytes: (bytes: Uint8Array) => Promise<void>,
): ParquetFileStream {
  const schema = arrowSchema(columns);
  let wanted: (batch: WasmBatch | undefined) => void = () => {};
  let pulled: () => void = () => {};
  let ready = new Promise<void>((resolve) => {
    pulled = resolve;
  });
  const input = new ReadableStream<WasmBatch>(
    {
      async pull(controller) {
        // Without this pause, the encoder runs on and keeps its whole output in memory.
        await setImmediate();
        const batch = await new Promise<WasmBatch | undefined>((resolve) => {
          wanted = resolve;
          pulled();
        });
        if (batch === undefined) controller.close();
        else controller.enqueue(batch);
      },
    },
    { highWaterMark: 0 },
  );
  const properties = propertiesOf(wasm, columns, Math.min(GROUP_BYTES, maxGroupBytes));
  const written = (async () => {
    const output: AsyncIterable<Uint8Array> = await wasm.transformParquetStream(input, properties);
    for await (const bytes of output) await onBytes(bytes);
  })();
  written.catch(() => undefined);

  const give = async (batch: WasmBatch | undefined): Promise<void> => {
    await Promise.race([ready, written]);
    ready = new Promise<void>((resolve) => {
      pulled = resolve;
    });
    wanted(batch);
    await Promise.race([batch === undefined ? written : ready, written]);
  };

  return {
    async write(typed, rows) {
      await give(toWasm(wasm, schema, typedBatch(schema, typed, rows)));
    },
    async end() {
      await give(undefined);
    },
  };
}

/** Returns a file without rows, for which a stream would not know the columns. */
export function emptyParquet(wasm: ParquetWasm, columns: readonly ParquetColumnPlan[]): Uint8Array {
  const table = wasm.Table.fromIPCStream(tableToIPC(new Table(arrowSchema(columns)), "stream"));
  return wasm.writeParquet(table, propertiesOf(wasm, columns));
}

function toWasm(wasm: ParquetWasm, schema: Schema, batch: RecordBatch): WasmBatch {
  const table = wasm.Table.fromIPCStream(tableToIPC(new Table(schema, [batch]), "stream"));
  const parts = table.recordBatches();
  // Freed explicitly, because the garbage collector does not see the memory that it holds.
  table.free();
  const [part] = parts;
  if (part === undefined) throw new Error("No rows in a batch");
  return part;
}

/** Encodings by type: sorted and growing numbers are small as differences, and the values of a key do not repeat. */
export function propertiesOf(
  wasm: ParquetWasm,
  columns: readonly ParquetColumnPlan[],
  groupBytes = GROUP_BYTES,
): WriterProperties {
  let builder = new wasm.WriterPropertiesBuilder()
    .setCompression(wasm.Compression.ZSTD)
    .setMaxRowGroupSize(GROUP_ROWS)
    .setMaxRowGroupBytes(groupBytes);
  for (const { name, type, isKey } of columns) {
    const isWhole = type === "int32" || type === "int64" || type === "timestamp" || type === "date";
    if (isWhole) builder = builder.setColumnEncoding(name, wasm.Encoding.DELTA_BINARY_PACKED);
    if (type === "timestamp" || isKey) builder = builder.setColumnDictionaryEnabled(name, false);
  }
  return builder.build();
}
