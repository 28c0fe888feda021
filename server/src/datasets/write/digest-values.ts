import { hash } from "node:crypto";
import { type ValueType, vectorDimensions } from "@featstore/definitions/compiler";
import type { ColumnValues } from "../../columnar/index";
import { type ByteWriter, createByteWriter } from "./byte-writer";
import { isSet } from "./column-builder";

export interface DigestedColumn {
  readonly type: ValueType;
  readonly values: ColumnValues;
}

/**
 * Returns the digest of a row: the first 16 bytes, in hexadecimal, of SHA-256 over its values in the order of the columns. A
 * value is a byte 1 and its bytes as Arrow has them, those of texts and lists after their length; null is a byte 0.
 */
export function rowDigest(columns: readonly DigestedColumn[]): (row: number) => string {
  const out = createByteWriter(4096);
  const writers = columns.map(({ type, values }) => writerOf(type, values));
  return (row) => {
    for (const [index, write] of writers.entries()) {
      const isThere = isSet((columns[index] as DigestedColumn).values.validity, row);
      out.byte(isThere ? 1 : 0);
      if (isThere) write(out, row);
    }
    return hash("sha256", out.take(), "hex").slice(0, 32);
  };
}

function writerOf(type: ValueType, column: ColumnValues): (out: ByteWriter, row: number) => void {
  if (type === "bool") return (out, row) => out.byte(isSet(column.values as Uint8Array, row) ? 1 : 0);
  const { offsets, values } = column;
  if (offsets === undefined) {
    const width = values.BYTES_PER_ELEMENT * (vectorDimensions(type) ?? 1);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return (out, row) => out.bytes(bytes, row * width, (row + 1) * width);
  }
  // The arrays of texts and lists grow, so they are read from the column each time.
  return (out, row) => {
    const start = column.offsets?.[row] as number;
    const end = column.offsets?.[row + 1] as number;
    length(out, end - start);
    if (type === "float64[]") {
      const bytes = new Uint8Array(column.values.buffer, column.values.byteOffset, column.values.byteLength);
      for (let item = start; item < end; item += 1) {
        const isThere = isSet(column.itemValidity as Uint8Array, item);
        out.byte(isThere ? 1 : 0);
        if (isThere) out.bytes(bytes, item * 8, item * 8 + 8);
      }
    } else if (type === "string[]") {
      for (let item = start; item < end; item += 1) {
        const isThere = isSet(column.itemValidity as Uint8Array, item);
        out.byte(isThere ? 1 : 0);
        const from = column.itemOffsets?.[item] as number;
        const to = column.itemOffsets?.[item + 1] as number;
        length(out, to - from);
        out.bytes(column.values as Uint8Array, from, to);
      }
    } else out.bytes(column.values as Uint8Array, start, end);
  };
}

function length(out: ByteWriter, value: number): void {
  for (let shift = 0; shift < 32; shift += 8) out.byte((value >>> shift) & 255);
}
