export { type ArrowColumn, arrowBatch, arrowSchema } from "./arrow/arrow-columns";
export { createParquetThread, ParquetFileFault, type ParquetThread } from "./parquet/parquet-thread";
