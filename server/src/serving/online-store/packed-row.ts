import type { OnlineRow } from "./online-store";

/** Packs one row's JSON texts. */
export function packRow(eventTime: number | null, values: readonly string[]): OnlineRow {
  const offsets = new Uint32Array(values.length + 1);
  let at = 0;
  for (let index = 0; index < values.length; index++) {
    offsets[index] = at;
    at += (values[index] ?? "").length + 1;
  }
  offsets[values.length] = at;
  return { eventTime, text: values.join(","), offsets, base: 0 };
}

/** Returns the JSON texts of the values `first` to `last`, separated by commas. */
export function sliceOf(row: OnlineRow, first: number, last: number): string {
  return row.text.slice(offsetOf(row, first), offsetOf(row, last + 1) - 1);
}

/** Returns the start of value `index` in the row's text; after the last value, one past its end. */
export function offsetOf({ text, offsets, base }: OnlineRow, index: number): number {
  return offsets === null ? readOffset(text, base, index) : (offsets[base + index] ?? 0);
}

const DIGITS = 5;
const RADIX = 36;

/** Formats offsets as five base-36 digits each, for rows of up to 60 million characters. */
export function offsetsText(offsets: readonly number[]): string {
  return offsets.map((offset) => offset.toString(RADIX).padStart(DIGITS, "0")).join("");
}

/** The length of `offsetsText`. */
export function offsetsLength(count: number): number {
  return count * DIGITS;
}

function readOffset(text: string, base: number, index: number): number {
  const from = base + index * DIGITS;
  let offset = 0;
  for (let at = from; at < from + DIGITS; at++) {
    const code = text.charCodeAt(at);
    offset = offset * RADIX + (code < 58 ? code - 48 : code - 87);
  }
  return offset;
}
