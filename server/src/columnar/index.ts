export { type ArrowColumn, arrowBatch, arrowSchema } from "./arrow/arrow-columns";
export type { ColumnValues } from "./arrow/column-values";
export { loadParquet, type ParquetWasm } from "./parquet/load-parquet";
export { emptyParquet, openParquetStream, type ParquetFileStream } from "./parquet/parquet-file-stream";
export {
  createParquetThread,
  ParquetFileFault,
  type ParquetReadOptions,
  type ParquetThread,
} from "./parquet/parquet-thread";
