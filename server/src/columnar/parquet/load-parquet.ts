import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as parquetWasm from "parquet-wasm/esm/parquet_wasm.js";
import { limitMemory } from "./limit-memory";

export type ParquetWasm = typeof parquetWasm;

/** Loads the program that reads and writes Parquet, limited to `maxMb` MiB of memory. Call it once per thread. */
export async function loadParquet(maxMb: number): Promise<ParquetWasm> {
  const program = await readFile(createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm"));
  parquetWasm.initSync({ module: limitMemory(program, maxMb) });
  return parquetWasm;
}
