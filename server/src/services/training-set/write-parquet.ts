import { Table, tableToIPC } from "apache-arrow";
import { Compression, Table as ParquetTable, transformParquetStream, WriterPropertiesBuilder } from "parquet-wasm";
import { arrowBatch, arrowSchema } from "../arrow/arrow-columns";
import type { ResultColumn, ResultRow } from "./result-column";

/** Rows of one row group: with some columns of text, a few megabytes. */
const GROUP_ROWS = 16_384;

/** Rows as Parquet, compressed with Zstandard, with the types of `arrowSchema`. */
export async function* parquet(
  columns: readonly ResultColumn[],
  chunks: AsyncIterable<readonly ResultRow[]>,
): AsyncGenerator<Uint8Array> {
  const schema = arrowSchema(columns);
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(GROUP_ROWS)
    .build();
  // What fails on the way in is kept and told here, since the writer tells it in words of its own.
  let failure: { readonly error: unknown } | undefined;
  async function* batches() {
    try {
      for await (const rows of chunks) {
        if (rows.length === 0) continue;
        const bytes = tableToIPC(new Table(schema, [arrowBatch(schema, columns, rows)]), "stream");
        yield* ParquetTable.fromIPCStream(bytes).recordBatches();
      }
    } catch (error) {
      failure = { error };
    }
  }
  const source = batches();
  try {
    const output: AsyncIterable<Uint8Array> = await transformParquetStream(ReadableStream.from(source), properties);
    for await (const bytes of output) yield bytes;
  } catch (error) {
    throw failure === undefined ? error : failure.error;
  } finally {
    await source.return();
  }
  if (failure !== undefined) throw failure.error;
}
