import { instantText } from "@featstore/definitions/compiler";
import {
  type Data,
  type DataType,
  type Decimal,
  RecordBatchReader,
  type Timestamp,
  type TimeUnit,
  Type,
} from "apache-arrow";

/**
 * A value of a row. Integers of 64 bits are bigints; decimals are texts with the digits of their scale; dates and times are ISO texts,
 * `2026-01-31` and `2026-01-31T12:00:00.000000Z`, without `Z` if the type has no zone; a map is a list of pairs.
 */
export type SparkValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly SparkValue[]
  | { readonly [name: string]: SparkValue };

export type SparkRow = Readonly<Record<string, SparkValue>>;

type Reader = (index: number) => SparkValue;

const DAY_MICROS = 86_400_000_000n;
/** Arrow's units of time, as the number of them in a second. */
const PER_SECOND: Readonly<Record<TimeUnit, bigint>> = { 0: 1n, 1: 1000n, 2: 1_000_000n, 3: 1_000_000_000n };

/** Decodes one message of Spark, which has a schema and batches, into rows. */
export function arrowRows(bytes: Uint8Array): SparkRow[] {
  const rows: SparkRow[] = [];
  for (const batch of RecordBatchReader.from(bytes)) {
    const read = structReader(
      batch.data.children,
      batch.schema.fields.map(({ name }) => name),
    );
    for (let index = 0; index < batch.numRows; index++) rows.push(read(index));
  }
  return rows;
}

function structReader(children: readonly Data[], names: readonly string[]): (index: number) => SparkRow {
  const readers = children.map((child, index) => ({ name: names[index] ?? "", read: readerOf(child) }));
  // A plain assignment is four times as fast, but would not make a member of this name.
  if (names.includes("__proto__"))
    return (index) => Object.fromEntries(readers.map(({ name, read }) => [name, read(index)]));
  return (index) => {
    const row: Record<string, SparkValue> = {};
    for (const { name, read } of readers) row[name] = read(index);
    return row;
  };
}

function readerOf(data: Data): Reader {
  const read = plainReader(data);
  return data.nullCount === 0 ? read : (index) => (data.getValid(index) ? read(index) : null);
}

/** Reads buffers directly: Arrow's own accessors round times to milliseconds. */
function plainReader(data: Data): Reader {
  const { values, valueOffsets: offsets, children } = data;
  const type: DataType = data.type;
  const slice = (index: number) => [Number(offsets[index]), Number(offsets[index + 1])] as const;
  switch (type.typeId) {
    case Type.Null:
      return () => null;
    case Type.Bool:
      return (index) => (((values[(data.offset + index) >> 3] ?? 0) >> ((data.offset + index) & 7)) & 1) === 1;
    case Type.Int:
    case Type.Float:
      return (index) => values[index] ?? null;
    case Type.Utf8:
    case Type.LargeUtf8: {
      const text = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      return (index) => text.toString("utf8", ...slice(index));
    }
    case Type.Binary:
    case Type.LargeBinary:
      return (index) => Uint8Array.from(values.subarray(...slice(index)));
    case Type.Decimal:
      return (index) => decimalText(values, index, (type as Decimal).scale);
    case Type.Date:
      return (index) => instantText(BigInt(values[index]) * DAY_MICROS).split("T")[0] ?? null;
    case Type.Timestamp: {
      const { unit, timezone } = type as Timestamp;
      const text = (index: number) => instantText((BigInt(values[index]) * 1_000_000n) / PER_SECOND[unit]);
      return timezone ? text : (index) => text(index).slice(0, -1);
    }
    case Type.List:
    case Type.Map: {
      const [entries] = children;
      if (entries === undefined) break;
      const read = readerOf(entries);
      const list = (index: number) => {
        const [start, end] = slice(index);
        return Array.from({ length: end - start }, (_, place) => read(start + place));
      };
      return type.typeId === Type.List ? list : (index) => list(index).map((entry) => Object.values(entry ?? {}));
    }
    case Type.Struct:
      return structReader(
        children,
        type.children.map(({ name }) => name),
      );
  }
  throw new Error(`Spark returned a column of the type ${type}, which has no value here`);
}

/** The text of an integer of 128 bits, which Arrow keeps as four words, the lowest first. */
function decimalText(words: Uint32Array, index: number, scale: number): string {
  let bits = 0n;
  for (let word = 3; word >= 0; word--) bits = (bits << 32n) | BigInt(words[index * 4 + word] ?? 0);
  const value = BigInt.asIntN(128, bits);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${value < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${digits.slice(-scale)}`}`;
}
