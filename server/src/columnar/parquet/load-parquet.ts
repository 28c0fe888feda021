import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as parquetWasm from "parquet-wasm/esm/parquet_wasm.js";

const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
const WITH_MAXIMUM = 1;
const PAGES_PER_MB = 16;

export type ParquetWasm = typeof parquetWasm;

/** Loads the program that reads and writes Parquet, limited to `maxMb` MiB of memory. Call it once per thread. */
export async function loadParquet(maxMb: number): Promise<ParquetWasm> {
  const program = await readFile(createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm"));
  parquetWasm.initSync({ module: limitMemory(program, maxMb) });
  return parquetWasm;
}

/**
 * Limits the memory of a WebAssembly program to `maxMb` MiB: beyond that an allocation fails and the program traps. The
 * compiled programs declare no maximum, V8's limits do not count WebAssembly memory, and a maximum cannot be set from
 * outside a module.
 */
function limitMemory(program: Uint8Array, maxMb: number): Uint8Array<ArrayBuffer> {
  let at = HEADER_BYTES;
  while (at < program.length) {
    const length = readNumber(program, at + 1);
    const end = length.end + length.value;
    if (program[at] !== MEMORY_SECTION) {
      at = end;
      continue;
    }
    // The section holds a count of one, the flags, and the initial pages.
    const initial = readNumber(program, length.end + 2);
    const section = [1, WITH_MAXIMUM, ...numberBytes(initial.value), ...numberBytes(maxMb * PAGES_PER_MB)];
    const parts = [program.subarray(0, at), [MEMORY_SECTION, section.length, ...section], program.subarray(end)];
    const limited = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
    let written = 0;
    for (const part of parts) {
      limited.set(part, written);
      written += part.length;
    }
    return limited;
  }
  throw new Error("The WebAssembly program has no memory of its own");
}

/** Reads a number in LEB128; returns it with its end position. */
function readNumber(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let at = start;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at] ?? 0;
    at += 1;
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: at };
  }
}

function numberBytes(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...numberBytes(Math.floor(value / 128))];
}
