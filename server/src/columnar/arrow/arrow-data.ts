import { type Data, type DataType, LargeUtf8, makeData, Utf8, vectorFromArray } from "apache-arrow";

/** A value as JSON text, or null. */
export type Cell = string | null;

/** Returns the text of a JSON string, and any other JSON text unchanged. */
export function plainText(cell: string): string {
  return cell.startsWith('"') ? String(JSON.parse(cell)) : cell;
}

/** Builds data of fixed-width values. Without a builder, which would read a timestamp as milliseconds. */
export function fixedData<Value extends number | bigint>(
  type: DataType,
  cells: readonly Cell[],
  values: { [index: number]: Value; readonly length: number },
  toValue: (cell: string) => Value,
): Data {
  const { validity, nullCount } = validityOf(cells);
  for (const [index, cell] of cells.entries()) if (cell !== null) values[index] = toValue(cell);
  // The caller passes an array that matches the type.
  return makeData({ type, length: cells.length, nullCount, nullBitmap: validity, data: values } as never);
}

/** Builds text data. Without a builder, which takes ten times as long. */
export function textData(values: readonly Cell[], type: Utf8 | LargeUtf8 = new Utf8()): Data {
  const encoded = values.map((value) => Buffer.from(value ?? ""));
  const { validity, nullCount } = validityOf(values);
  const parts = { length: values.length, nullCount, nullBitmap: validity, data: Buffer.concat(encoded) };
  if (type instanceof LargeUtf8) {
    const valueOffsets = new BigInt64Array(values.length + 1);
    for (const [index, bytes] of encoded.entries())
      valueOffsets[index + 1] = (valueOffsets[index] ?? 0n) + BigInt(bytes.byteLength);
    return makeData({ type, valueOffsets, ...parts });
  }
  const valueOffsets = new Int32Array(values.length + 1);
  for (const [index, bytes] of encoded.entries())
    valueOffsets[index + 1] = (valueOffsets[index] ?? 0) + bytes.byteLength;
  return makeData({ type, valueOffsets, ...parts });
}

export function builtData(type: DataType, values: readonly unknown[]): Data {
  const [data] = vectorFromArray(values, type).data;
  if (data === undefined) throw new Error("No data of a column");
  return data;
}

export function validityOf(cells: readonly Cell[]): { readonly validity: Uint8Array; readonly nullCount: number } {
  const validity = new Uint8Array(Math.ceil(cells.length / 64) * 8);
  let nullCount = 0;
  for (const [index, cell] of cells.entries()) {
    if (cell === null) nullCount += 1;
    else validity[index >> 3] = (validity[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return { validity, nullCount };
}
