import type { ValueType } from "@featstore/definitions/compiler";
import { instantText } from "@featstore/definitions/compiler";
import type { ColumnValues } from "../../columnar/index";
import type { ColumnStatistics } from "../dataset-types";
import { isSet } from "./column-builder";
import { dayText, float32Text, floatText } from "./value-text";

/** Counts a column's values batch by batch. */
export interface StatisticsCounter {
  see(values: ColumnValues, rows: number): void;
  report(): ColumnStatistics;
}

const MAX_VALUES = 20;
/** Longer texts are no categories. */
const MAX_VALUE_BYTES = 200;

/** NaN and the infinities count as values, but not for minimum, maximum and mean. */
export function statisticsCounter(type: ValueType): StatisticsCounter {
  let nulls = 0;
  const inner = measureOf(type);
  return {
    see(values, rows) {
      for (let row = 0; row < rows; row += 1) {
        if (isSet(values.validity, row)) inner.see(values, row);
        else nulls += 1;
      }
    },
    report: () => ({ nulls, minimum: null, maximum: null, mean: null, longest: null, values: null, ...inner.report() }),
  };
}

interface Measure {
  see(values: ColumnValues, row: number): void;
  report(): Partial<ColumnStatistics>;
}

function measureOf(type: ValueType): Measure {
  switch (type) {
    case "bool": {
      const counts = [0, 0];
      return {
        see(column, row) {
          const index = isSet(column.values as Uint8Array, row) ? 1 : 0;
          counts[index] = (counts[index] as number) + 1;
        },
        report: () => ({ values: sortedCounts(["false", "true"].map((name, index) => [name, counts[index] ?? 0])) }),
      };
    }
    case "int32":
      return numbers(String, (column, row) => (column.values as Int32Array)[row] as number, true);
    case "float32":
      return numbers(float32Text, (column, row) => (column.values as Float32Array)[row] as number, true);
    case "float64":
      return numbers(floatText, (column, row) => (column.values as Float64Array)[row] as number, true);
    case "date":
      return numbers(dayText, (column, row) => (column.values as Int32Array)[row] as number, false);
    case "int64":
      return wholes(String, true);
    case "timestamp":
      return wholes(instantText, false);
    case "decimal":
      return decimals();
    case "string":
    case "uuid":
    case "json":
      return texts(type === "string");
    case "string[]":
    case "float64[]":
      return longest(({ offsets }, row) => (offsets?.[row + 1] as number) - (offsets?.[row] as number));
    default:
      return { see() {}, report: () => ({}) };
  }
}

function numbers(
  textOf: (value: number) => string,
  numberAt: (column: ColumnValues, row: number) => number,
  hasMean: boolean,
): Measure {
  let [minimum, maximum, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  return {
    see(column, row) {
      const value = numberAt(column, row);
      if (!Number.isFinite(value)) return;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
      sum += value;
      count += 1;
    },
    report: () =>
      count === 0
        ? {}
        : { minimum: textOf(minimum), maximum: textOf(maximum), mean: hasMean ? meanOf(sum, count) : null },
  };
}

/** The mean; null if the sum of large values is beyond the range of a float. */
function meanOf(sum: number, count: number): number | null {
  return Number.isFinite(sum) ? sum / count : null;
}

/** Integers of 64 bits, compared by halves: bigints would take ten times as long. */
function wholes(textOf: (value: bigint) => string, hasMean: boolean): Measure {
  const bounds = new BigInt64Array(2);
  const halves = new Int32Array(bounds.buffer);
  let [sum, count] = [0, 0];
  let viewed: ArrayBufferLike | undefined;
  let view: Int32Array = halves;
  return {
    see({ values }, row) {
      if (values.buffer !== viewed) {
        viewed = values.buffer;
        view = new Int32Array(viewed, values.byteOffset, values.length * 2);
      }
      const low = view[row * 2] as number;
      const high = view[row * 2 + 1] as number;
      const first = count === 0;
      if (first || isBelow(high, low, halves[1] as number, halves[0] as number)) {
        halves[0] = low;
        halves[1] = high;
      }
      if (first || isBelow(halves[3] as number, halves[2] as number, high, low)) {
        halves[2] = low;
        halves[3] = high;
      }
      sum += high * 4_294_967_296 + (low >>> 0);
      count += 1;
    },
    report: () =>
      count === 0
        ? {}
        : {
            minimum: textOf(bounds[0] as bigint),
            maximum: textOf(bounds[1] as bigint),
            mean: hasMean ? meanOf(sum, count) : null,
          },
  };
}

function isBelow(high: number, low: number, otherHigh: number, otherLow: number): boolean {
  return high < otherHigh || (high === otherHigh && low >>> 0 < otherLow >>> 0);
}

function textAt({ values, offsets }: ColumnValues, row: number): string {
  return Buffer.prototype.utf8Slice.call(values, offsets?.[row] as number, offsets?.[row + 1] as number);
}

function decimals(): Measure {
  let [minimum, maximum, sum, count] = ["", "", 0, 0];
  return {
    see(column, row) {
      const text = textAt(column, row);
      if (count === 0 || compareDecimals(text, minimum) < 0) minimum = text;
      if (count === 0 || compareDecimals(text, maximum) > 0) maximum = text;
      sum += Number(text);
      count += 1;
    },
    report: () => (count === 0 ? {} : { minimum, maximum, mean: meanOf(sum, count) }),
  };
}

function compareDecimals(left: string, right: string): number {
  const difference = Number(left) - Number(right);
  if (difference !== 0 && Number.isFinite(difference)) return difference;
  const scale = Math.max(...[left, right].map((text) => text.split(".")[1]?.length ?? 0));
  const [a = 0n, b = 0n] = [left, right].map((text) => {
    const [whole = "", fraction = ""] = text.split(".");
    return BigInt(whole + fraction.padEnd(scale, "0"));
  });
  return a < b ? -1 : a > b ? 1 : 0;
}

function texts(hasValues: boolean): Measure {
  let longest: number | null = null;
  let counts: Map<string, number> | null = hasValues ? new Map() : null;
  return {
    see(column, row) {
      const start = column.offsets?.[row] as number;
      const end = column.offsets?.[row + 1] as number;
      const bytes = end - start;
      if (longest === null || bytes > longest) {
        const characters = charactersIn(column.values as Uint8Array, start, end);
        if (longest === null || characters > longest) longest = characters;
      }
      if (counts === null) return;
      if (bytes > MAX_VALUE_BYTES) counts = null;
      else {
        const text = textAt(column, row);
        counts.set(text, (counts.get(text) ?? 0) + 1);
        if (counts.size > MAX_VALUES) counts = null;
      }
    },
    report: () => ({ longest, values: counts === null || counts.size === 0 ? null : sortedCounts([...counts]) }),
  };
}

/** Counts the bytes of UTF-8 that begin a character. */
function charactersIn(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += 1) if (((bytes[at] as number) & 0xc0) !== 0x80) count += 1;
  return count;
}

function longest(lengthOf: (column: ColumnValues, row: number) => number): Measure {
  let most: number | null = null;
  return {
    see(column, row) {
      most = Math.max(most ?? 0, lengthOf(column, row));
    },
    report: () => ({ longest: most }),
  };
}

/** Sorted by text, so that the order of the rows does not show. */
function sortedCounts(counts: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    counts.filter(([, count]) => count > 0).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)),
  );
}
