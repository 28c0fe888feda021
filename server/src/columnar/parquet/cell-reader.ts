import { instantText } from "@featstore/definitions/compiler";
import { DataType, DateUnit, type Decimal, type Timestamp, TimeUnit, type Vector } from "apache-arrow";
import type { Cell } from "../arrow/arrow-data";

/** A value that has no text form. */
export class UnreadableCell extends Error {}

const DAY_MICROS = 86_400_000_000n;
const MICROS = { [TimeUnit.SECOND]: 1_000_000n, [TimeUnit.MILLISECOND]: 1000n, [TimeUnit.MICROSECOND]: 1n } as const;
/** The range of 64-bit microseconds: some 290,000 years on either side of 1970. */
const MAX_MICROS = 2n ** 63n - 1n;

/**
 * Returns a reader that converts a column's values to lossless JSON texts: integers keep their digits; decimals, dates
 * and times are texts, as are `"NaN"`, `"Infinity"` and `"-Infinity"`. Throws `UnreadableCell`.
 */
export function cellReader(vector: Vector): (index: number) => Cell {
  const { type } = vector;
  if (DataType.isNull(type)) return () => null;
  const read = valueReader(vector, type);
  return (index) => (vector.isValid(index) ? read(index) : null);
}

// Does not read times with `get`, which returns milliseconds.
function valueReader(vector: Vector, type: DataType): (index: number) => Cell {
  const values: unknown = vector.data[0]?.values;
  if (DataType.isTimestamp(type) && values instanceof BigInt64Array)
    return (index) => `"${timestampText(values[index] ?? 0n, type)}"`;
  if (DataType.isDate(type)) {
    const perDay = type.unit === DateUnit.DAY ? 1n : 86_400_000n;
    if (values instanceof Int32Array || values instanceof BigInt64Array)
      return (index) => `"${instant((BigInt(values[index] ?? 0) / perDay) * DAY_MICROS).slice(0, -17)}"`;
  }
  if (DataType.isDecimal(type)) return (index) => `"${decimalText(vector.get(index), type)}"`;
  return (index) => jsonOf(vector.get(index));
}

function timestampText(value: bigint, { unit, timezone }: Timestamp): string {
  const zone = timezone ? "Z" : "";
  if (unit !== TimeUnit.NANOSECOND) return `${instant(value * MICROS[unit]).slice(0, -1)}${zone}`;
  const rest = ((value % 1000n) + 1000n) % 1000n;
  const text = instantText((value - rest) / 1000n).slice(0, -1);
  return `${text}${rest === 0n ? "" : rest.toString().padStart(3, "0")}${zone}`;
}

function instant(micros: bigint): string {
  if (micros > MAX_MICROS || micros < -MAX_MICROS)
    throw new UnreadableCell("it is more than 290,000 years away from 1970");
  return instantText(micros);
}

function decimalText(words: unknown, { scale }: Decimal): string {
  let value = 0n;
  const parts = words instanceof Uint32Array ? [...words] : [];
  for (const word of parts.reverse()) value = (value << 32n) | BigInt(word);
  value = BigInt.asIntN(parts.length * 32, value);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function jsonOf(value: unknown): string {
  switch (typeof value) {
    case "bigint":
      return value.toString();
    case "number":
      if (!Number.isFinite(value)) return `"${value}"`;
      return Object.is(value, -0) ? "-0" : String(value);
    case "string":
    case "boolean":
      return JSON.stringify(value);
    default: {
      if (value === null || typeof value !== "object" || !(Symbol.iterator in value)) return "null";
      return `[${[...(value as Iterable<unknown>)].map(itemOf).join(",")}]`;
    }
  }
}

/** An integer that a JSON number cannot hold exactly becomes a text, as everywhere. */
function itemOf(item: unknown): string {
  const json = jsonOf(item);
  return typeof item === "bigint" && !Number.isSafeInteger(Number(item)) ? `"${json}"` : json;
}
