import type { Platform } from "../platform/index";
import { createParquetThread, type ParquetThread } from "./parquet/parquet-thread";

/** Creates the thread that reads and writes Parquet; it starts with its first task. */
export function createColumnar({ config, onClose }: Platform): ParquetThread {
  const parquet = createParquetThread({ memoryMb: config.trainingSets.parquetMb });
  onClose(() => parquet.close());
  return parquet;
}
