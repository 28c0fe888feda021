import { dayOfText, instantOfText } from "@featstore/definitions/compiler";
import { type Data, DataType, DateUnit, type Decimal, makeData, Null, type Timestamp, TimeUnit } from "apache-arrow";
import { builtData, type Cell, fixedData, plainText, textData, validityOf } from "./arrow-data";

const DAY_MS = 86_400_000n;
/** Microseconds per unit of a timestamp. */
const MICROS_IN = { [TimeUnit.SECOND]: 1_000_000n, [TimeUnit.MILLISECOND]: 1000n, [TimeUnit.MICROSECOND]: 1n } as const;

/** Builds a spine's own column in its Arrow type, from the texts of `cellReader`. */
export function ownData(type: DataType, cells: readonly Cell[]): Data {
  const { length } = cells;
  if (DataType.isNull(type)) return makeData({ type: new Null(), length, nullCount: length });
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type))
    return textData(
      cells.map((cell) => (cell === null ? null : plainText(cell))),
      type,
    );
  if (DataType.isInt(type)) {
    if (type.bitWidth === 64) {
      const values = type.isSigned ? new BigInt64Array(length) : new BigUint64Array(length);
      return fixedData(type, cells, values, (cell) => BigInt(plainText(cell)));
    }
    // The other integers have fewer than 64 bits, so a number holds them.
    return fixedData(type, cells, new type.ArrayType(length) as Int32Array, Number);
  }
  if (DataType.isTimestamp(type))
    return fixedData(type, cells, new BigInt64Array(length), (cell) => timestampOf(plainText(cell), type));
  if (DataType.isDate(type)) {
    if (type.unit === DateUnit.DAY) return fixedData(type, cells, new Int32Array(length), dayOf);
    return fixedData(type, cells, new BigInt64Array(length), (cell) => BigInt(dayOf(cell)) * DAY_MS);
  }
  if (DataType.isDecimal(type)) return decimalData(type, cells);
  const item = DataType.isList(type) || DataType.isFixedSizeList(type) ? type.children[0]?.type : undefined;
  const toValue = item === undefined ? valueReader(type) : listReader(item);
  return builtData(
    type,
    cells.map((cell) => (cell === null ? null : toValue(JSON.parse(cell)))),
  );
}

/** NaN and infinities are stored as texts, because JSON has no numbers for them. */
function valueReader(type: DataType): (value: unknown) => unknown {
  return DataType.isFloat(type) ? Number : (value) => value;
}

function listReader(item: DataType): (value: unknown) => unknown {
  const isLong = DataType.isInt(item) && item.bitWidth === 64;
  const toValue = isLong ? (value: unknown) => BigInt(String(value)) : valueReader(item);
  return (value) =>
    Array.isArray(value) ? value.map((each: unknown) => (each === null ? null : toValue(each))) : value;
}

function dayOf(cell: string): number {
  const day = dayOfText(plainText(cell));
  if (day === null) throw new Error("No date in a column of dates");
  return day;
}

function timestampOf(text: string, { unit }: Timestamp): bigint {
  const [, seconds = "", fraction = ""] = /^(.*?)(?:\.(\d+))?Z?$/.exec(text) ?? [];
  const micros = instantOfText(`${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}Z`);
  if (micros === null) throw new Error("No timestamp in a column of timestamps");
  return unit === TimeUnit.NANOSECOND
    ? micros * 1000n + BigInt(fraction.slice(6).padEnd(3, "0"))
    : micros / MICROS_IN[unit];
}

function decimalData(type: Decimal, cells: readonly Cell[]): Data {
  const wordsOfOne = type.bitWidth / 32;
  const words = new Uint32Array(cells.length * wordsOfOne);
  for (const [index, cell] of cells.entries()) {
    if (cell === null) continue;
    const [whole = "", fraction = ""] = plainText(cell).split(".");
    let value = BigInt.asUintN(type.bitWidth, BigInt(whole + fraction.padEnd(type.scale, "0")));
    for (let word = 0; word < wordsOfOne; word += 1, value >>= 32n)
      words[index * wordsOfOne + word] = Number(value & 0xffffffffn);
  }
  const { validity, nullCount } = validityOf(cells);
  return makeData({ type, length: cells.length, nullCount, nullBitmap: validity, data: words });
}
