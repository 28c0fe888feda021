import { instantText, type ValueType, vectorDimensions } from "@featstore/definitions/compiler";
import type { ColumnValues } from "../../columnar/index";
import type { ByteWriter } from "./byte-writer";
import { isSet } from "./column-builder";

/** Writes the value of a row, which is not null. */
export type ValueWriter = (out: ByteWriter, row: number) => void;

/** Returns the shortest text from which the float32 can be read. */
export function float32Text(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 16_777_216) return floatText(value);
  for (let digits = 6; digits < 9; digits += 1) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return floatText(Number.isFinite(value) ? Number(value.toPrecision(9)) : value);
}

/** The text of a float: `NaN`, `Infinity`, `-Infinity`, `-0.0`; whole numbers without a fraction. */
export function floatText(value: number): string {
  return Object.is(value, -0) ? "-0.0" : String(value);
}

/**
 * Returns the writer of the texts of numbers, bools, dates and times, and of the JSON arrays of lists: as in CSV, and in JSON
 * where it needs no quotes. Undefined for types that are texts themselves.
 */
export function valueWriter(type: ValueType, column: ColumnValues): ValueWriter | undefined {
  switch (type) {
    case "bool":
      return (out, row) => out.ascii(isSet(column.values as Uint8Array, row) ? "true" : "false");
    case "int32":
      return (out, row) => out.ascii(String((column.values as Int32Array)[row]));
    case "int64":
      return (out, row) => out.ascii(int64Text(column.values as BigInt64Array, row));
    case "float32":
      return (out, row) => out.ascii(float32Text((column.values as Float32Array)[row] as number));
    case "float64":
      return (out, row) => out.ascii(floatText((column.values as Float64Array)[row] as number));
    case "timestamp":
      return (out, row) => out.ascii(instantText((column.values as BigInt64Array)[row] as bigint));
    case "date":
      return (out, row) => out.ascii(dayText((column.values as Int32Array)[row] as number));
    case "string":
    case "uuid":
    case "json":
    case "decimal":
      return undefined;
    case "string[]":
      return (out, row) => out.text(JSON.stringify(textItems(column, row)));
    case "float64[]":
      return (out, row) => {
        const { offsets, values, itemValidity } = column;
        const [first, end] = [offsets?.[row] as number, offsets?.[row + 1] as number];
        out.ascii("[");
        for (let item = first; item < end; item += 1) {
          if (item > first) out.ascii(",");
          out.ascii(isSet(itemValidity as Uint8Array, item) ? jsonFloat(floatText(values[item] as number)) : "null");
        }
        out.ascii("]");
      };
    default: {
      const dimensions = vectorDimensions(type) ?? 0;
      return (out, row) => {
        const values = column.values as Float32Array;
        out.ascii("[");
        for (let item = 0; item < dimensions; item += 1) {
          if (item > 0) out.ascii(",");
          out.ascii(float32Text(values[row * dimensions + item] as number));
        }
        out.ascii("]");
      };
    }
  }
}

/** JSON has no number for NaN and the infinities: they are texts. */
export function jsonFloat(text: string): string {
  return text.endsWith("N") || text.endsWith("y") ? `"${text}"` : text;
}

export function int64Text(values: BigInt64Array, row: number): string {
  return (values[row] as bigint).toString();
}

export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

export function textItems(
  { offsets, itemOffsets, itemValidity, values }: ColumnValues,
  row: number,
): (string | null)[] {
  const items: (string | null)[] = [];
  for (let item = offsets?.[row] as number; item < (offsets?.[row + 1] as number); item += 1)
    items.push(
      isSet(itemValidity as Uint8Array, item)
        ? Buffer.prototype.utf8Slice.call(values, itemOffsets?.[item] as number, itemOffsets?.[item + 1] as number)
        : null,
    );
  return items;
}
