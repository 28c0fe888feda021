import { type ValueType, vectorDimensions } from "@featstore/definitions/compiler";
import type { ColumnValues } from "../../columnar/index";
import { checkedText, MAX_TEXT_BYTES } from "./checked-text";
import { listItems } from "./list-items";
import { floatOf, longInteger, shortInteger } from "./read-number";
import { type Instant, readDay, readInstant } from "./read-time";

/** Collects the values of a column for one batch, without memory per value. */
export interface ColumnBuilder extends ColumnValues {
  /** Puts a value into the row that is being built, over an earlier one. Returns the reason if it does not fit the type. */
  set(row: number, bytes: Uint8Array, start: number, end: number): string | undefined;
  setNull(row: number): void;
  /** Bytes of the values of the first `rows` rows, for limits. */
  size(rows: number): number;
}

/** Creates the builder of a column for batches of at most `rows` rows. */
export function columnBuilder(type: ValueType, rows: number): ColumnBuilder {
  switch (type) {
    case "bool":
      return boolBuilder(rows);
    case "int32":
      return fixedBuilder(new Int32Array(rows), rows, (values, row, bytes, start, end) => {
        const value = shortInteger(bytes, start, end);
        if (value !== (value | 0)) return "it is not a 32-bit integer";
        values[row] = value;
        return undefined;
      });
    case "int64":
      return int64Builder(rows);
    case "float32":
    case "float64":
      return floatBuilder(type, rows);
    case "timestamp":
      return timestampBuilder(rows);
    case "date":
      return fixedBuilder(new Int32Array(rows), rows, (values, row, bytes, start, end) => {
        const day = readDay(bytes, start, end);
        if (day === undefined) return "it is not a date in the years 1 to 9999";
        values[row] = day;
        return undefined;
      });
    case "string":
    case "uuid":
    case "json":
    case "decimal":
      return textBuilder(type, rows);
    case "string[]":
      return textListBuilder(rows);
    case "float64[]":
      return floatListBuilder(rows);
    default:
      return vectorBuilder(vectorDimensions(type) ?? 0, rows);
  }
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.prototype.latin1Slice.call(bytes, start, end);
}

function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3] = (bits[index >> 3] as number) | (1 << (index & 7));
}

function clearBit(bits: Uint8Array, index: number): void {
  bits[index >> 3] = (bits[index >> 3] as number) & ~(1 << (index & 7));
}

export function isSet(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] as number) >> (index & 7)) & 1) === 1;
}

function validityOf(rows: number): Uint8Array {
  return new Uint8Array(Math.ceil(rows / 64) * 8);
}

type FixedArray = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

function fixedBuilder<Values extends FixedArray>(
  values: Values,
  rows: number,
  read: (values: Values, row: number, bytes: Uint8Array, start: number, end: number) => string | undefined,
): ColumnBuilder {
  const validity = validityOf(rows);
  const width = values.byteLength / rows;
  return {
    validity,
    values,
    set(row, bytes, start, end) {
      setBit(validity, row);
      return read(values, row, bytes, start, end);
    },
    setNull(row) {
      clearBit(validity, row);
      // The same bytes for the same rows, whatever an earlier batch had here.
      const perRow = values.length / rows;
      if (perRow >= 1)
        values.fill((values instanceof BigInt64Array ? 0n : 0) as never, row * perRow, (row + 1) * perRow);
    },
    size: (count) => count * width,
  };
}

function boolBuilder(rows: number): ColumnBuilder {
  const bits = validityOf(rows);
  const builder = fixedBuilder(bits, rows, (values, row, bytes, start, end) => {
    const text = end - start === 1 ? bytes[start] : ascii(bytes, start, end);
    if (text === 116 || text === "true") setBit(values, row);
    else if (text === 102 || text === "false") clearBit(values, row);
    else return "it is neither true nor false";
    return undefined;
  });
  return {
    ...builder,
    setNull(row) {
      builder.setNull(row);
      clearBit(bits, row);
    },
  };
}

function int64Builder(rows: number): ColumnBuilder {
  const values = new BigInt64Array(rows);
  const halves = new Int32Array(values.buffer);
  return fixedBuilder(values, rows, (_, row, bytes, start, end) => {
    const value = shortInteger(bytes, start, end);
    if (!Number.isNaN(value)) {
      // Without a bigint, which takes ten times as long. All platforms of Node are little-endian, as Arrow's files are.
      halves[row * 2] = value;
      halves[row * 2 + 1] = Math.floor(value / 4_294_967_296);
      return undefined;
    }
    const long = end - start <= 400 ? longInteger(ascii(bytes, start, end)) : null;
    if (long === null) return "it is not a 64-bit integer";
    values[row] = long;
    return undefined;
  });
}

function floatBuilder(type: "float32" | "float64", rows: number): ColumnBuilder {
  const isSingle = type === "float32";
  const values = isSingle ? new Float32Array(rows) : new Float64Array(rows);
  return fixedBuilder(values, rows, (_, row, bytes, start, end) => {
    const value = floatOf(ascii(bytes, start, end));
    if (value === undefined) return `it is no ${type}`;
    if (isSingle && Number.isFinite(value) && !Number.isFinite(Math.fround(value)))
      return "it is beyond the range of float32";
    values[row] = value;
    return undefined;
  });
}

function timestampBuilder(rows: number): ColumnBuilder {
  const into: Instant = { seconds: 0, micros: 0 };
  return fixedBuilder(new BigInt64Array(rows), rows, (values, row, bytes, start, end) => {
    if (!readInstant(bytes, start, end, into))
      return "it is no time in the years 1 to 9999 with at most six digits of the second";
    const micros = into.seconds * 1_000_000 + into.micros;
    values[row] = Number.isSafeInteger(micros)
      ? BigInt(micros)
      : BigInt(into.seconds) * 1_000_000n + BigInt(into.micros);
    return undefined;
  });
}

/** A byte array that grows by doubling. */
function growing(initial: number) {
  let bytes = new Uint8Array(initial);
  return {
    get bytes() {
      return bytes;
    },
    makeRoom(length: number) {
      if (length <= bytes.length) return;
      const larger = new Uint8Array(Math.max(length, bytes.length * 2));
      larger.set(bytes);
      bytes = larger;
    },
  };
}

function textBuilder(type: "string" | "uuid" | "json" | "decimal", rows: number): ColumnBuilder {
  const validity = validityOf(rows);
  const offsets = new Int32Array(rows + 1);
  const data = growing(rows * 16);
  const check = checkedText(type);
  return {
    validity,
    offsets,
    get values() {
      return data.bytes;
    },
    set(row, source, start, end) {
      const reason = check(source, start, end);
      if (reason !== undefined) return reason;
      setBit(validity, row);
      const at = offsets[row] as number;
      const length = end - start;
      data.makeRoom(at + length);
      const target = data.bytes;
      if (length < 32)
        for (let index = 0; index < length; index += 1) target[at + index] = source[start + index] as number;
      else target.set(source.subarray(start, end), at);
      if (type === "uuid") lower(target, at, at + length);
      offsets[row + 1] = at + length;
      return undefined;
    },
    setNull(row) {
      clearBit(validity, row);
      offsets[row + 1] = offsets[row] as number;
    },
    size: (count) => offsets[count] as number,
  };
}

function lower(bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= 65 && byte <= 70) bytes[at] = byte + 32;
  }
}

function textListBuilder(rows: number): ColumnBuilder {
  const validity = validityOf(rows);
  const offsets = new Int32Array(rows + 1);
  const data = growing(rows * 16);
  let itemOffsets = new Int32Array(rows * 4 + 1);
  let itemValidity = new Uint8Array(rows);
  return {
    validity,
    offsets,
    get values() {
      return data.bytes;
    },
    get itemOffsets() {
      return itemOffsets;
    },
    get itemValidity() {
      return itemValidity;
    },
    set(row, source, start, end) {
      if (end - start > MAX_TEXT_BYTES) return "it is longer than 16 MiB";
      const items = listItems(Buffer.prototype.utf8Slice.call(source, start, end));
      if (items === undefined) return "it is no list of texts";
      setBit(validity, row);
      let item = offsets[row] as number;
      if (item + items.length >= itemOffsets.length) {
        itemOffsets = grown(itemOffsets, new Int32Array((item + items.length) * 2 + 1));
        itemValidity = grown(itemValidity, new Uint8Array(itemOffsets.length));
      }
      for (const text of items) {
        const encoded = Buffer.from(text ?? "");
        const at = itemOffsets[item] as number;
        data.makeRoom(at + encoded.length);
        data.bytes.set(encoded, at);
        if (text === null) clearBit(itemValidity, item);
        else setBit(itemValidity, item);
        item += 1;
        itemOffsets[item] = at + encoded.length;
      }
      offsets[row + 1] = item;
      return undefined;
    },
    setNull(row) {
      clearBit(validity, row);
      offsets[row + 1] = offsets[row] as number;
    },
    size: (count) => (itemOffsets[offsets[count] as number] as number) + (offsets[count] as number) * 4,
  };
}

function grown<Values extends Uint8Array | Int32Array | Float64Array>(from: Values, to: Values): Values {
  to.set(from);
  return to;
}

function floatListBuilder(rows: number): ColumnBuilder {
  const validity = validityOf(rows);
  const offsets = new Int32Array(rows + 1);
  let values = new Float64Array(rows * 4);
  let itemValidity = new Uint8Array(rows);
  return {
    validity,
    offsets,
    get values() {
      return values;
    },
    get itemValidity() {
      return itemValidity;
    },
    set(row, source, start, end) {
      const items = end - start > MAX_TEXT_BYTES ? undefined : listItems(ascii(source, start, end));
      if (items === undefined) return "it is no list of numbers";
      setBit(validity, row);
      let item = offsets[row] as number;
      if (item + items.length >= values.length) {
        values = grown(values, new Float64Array((item + items.length) * 2));
        itemValidity = grown(itemValidity, new Uint8Array(values.length));
      }
      for (const text of items) {
        const value = text === null ? 0 : floatOf(text);
        if (value === undefined) return "it has an item that is no float64";
        values[item] = value;
        if (text === null) clearBit(itemValidity, item);
        else setBit(itemValidity, item);
        item += 1;
      }
      offsets[row + 1] = item;
      return undefined;
    },
    setNull(row) {
      clearBit(validity, row);
      offsets[row + 1] = offsets[row] as number;
    },
    size: (count) => (offsets[count] as number) * 8,
  };
}

function vectorBuilder(dimensions: number, rows: number): ColumnBuilder {
  return fixedBuilder(new Float32Array(rows * dimensions), rows, (values, row, bytes, start, end) => {
    const items = end - start > MAX_TEXT_BYTES ? undefined : listItems(ascii(bytes, start, end));
    if (items === undefined) return "it is no vector";
    if (items.length !== dimensions) return `it has ${items.length} dimensions instead of ${dimensions}`;
    for (let index = 0; index < dimensions; index += 1) {
      const value = floatOf(items[index] ?? "");
      if (value === undefined || !Number.isFinite(Math.fround(value)))
        return "it has an item that is no finite float32";
      values[row * dimensions + index] = value;
    }
    return undefined;
  });
}
