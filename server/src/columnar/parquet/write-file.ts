import { Table, tableToIPC } from "apache-arrow";
import type { RecordBatch, WriterProperties } from "parquet-wasm/esm/parquet_wasm.js";
import { type ArrowColumn, arrowBatch, arrowSchema } from "../arrow/arrow-columns";
import type { Cell } from "../arrow/arrow-data";
import type { ParquetWasm } from "./load-parquet";

/** Rows and encoded bytes of one row group, the part of the file that is held in memory. */
const GROUP_ROWS = 16_384;
const GROUP_BYTES = 33_554_432;
/** Rows to encode at once. */
const BATCH_ROWS = 8192;
const BATCH_CELLS = 262_144;
const BATCH_CHARACTERS = 8_388_608;
/**
 * With more columns, dictionaries and Zstandard cost too much memory: together some 170 KB per column of a row group,
 * against 5 KB with Snappy and no dictionaries.
 */
const MAX_ZSTD_COLUMNS = 2000;

type Row = readonly Cell[];

export interface ParquetFileWriter {
  /** Takes rows; returns the bytes of the file that are ready. */
  writeRows(rows: readonly Row[]): Promise<readonly Uint8Array[]>;
  /** Returns the last bytes. */
  endFile(): Promise<readonly Uint8Array[]>;
}

/** Writes Parquet with the types of `arrowSchema`. The bytes do not depend on how the rows are split into calls. */
export function writeParquetFile(wasm: ParquetWasm, columns: readonly ArrowColumn[]): ParquetFileWriter {
  const schema = arrowSchema(columns);
  const properties = propertiesOf(wasm, columns.length);
  const ready: Uint8Array[] = [];
  let rows: Row[] = [];
  let characters = 0;
  const input = new TransformStream<RecordBatch, RecordBatch>();
  const batches = input.writable.getWriter();
  const written = pump();
  // The error surfaces in the next write or at the end.
  written.catch(() => undefined);

  async function pump(): Promise<void> {
    try {
      const output: AsyncIterable<Uint8Array> = await wasm.transformParquetStream(input.readable, properties);
      for await (const bytes of output) ready.push(bytes);
    } catch (error) {
      await batches.abort(error).catch(() => undefined);
      throw error;
    }
  }

  const flush = async (): Promise<void> => {
    const bytes = tableToIPC(new Table(schema, [arrowBatch(schema, columns, rows)]), "stream");
    rows = [];
    characters = 0;
    const table = wasm.Table.fromIPCStream(bytes);
    const parts = table.recordBatches();
    // Freed explicitly, because the garbage collector does not see the memory that it holds.
    table.free();
    for (const part of parts) await Promise.race([batches.write(part), written]);
  };

  return {
    async writeRows(more) {
      for (const row of more) {
        rows.push(row);
        for (const cell of row) characters += cell?.length ?? 0;
        const cells = rows.length * columns.length;
        if (rows.length >= BATCH_ROWS || cells >= BATCH_CELLS || characters >= BATCH_CHARACTERS) await flush();
      }
      return ready.splice(0);
    },
    async endFile() {
      if (rows.length > 0) await flush();
      await Promise.race([batches.close(), written]);
      await written;
      return ready.splice(0);
    },
  };
}

function propertiesOf(wasm: ParquetWasm, columns: number): WriterProperties {
  const builder = new wasm.WriterPropertiesBuilder().setMaxRowGroupSize(GROUP_ROWS).setMaxRowGroupBytes(GROUP_BYTES);
  return columns <= MAX_ZSTD_COLUMNS
    ? builder.setCompression(wasm.Compression.ZSTD).build()
    : builder.setCompression(wasm.Compression.SNAPPY).setDictionaryEnabled(false).build();
}
