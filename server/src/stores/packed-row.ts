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

/** The JSON texts of the values `first` to `last`, with commas between. */
export function sliceOf(row: OnlineRow, first: number, last: number): string {
  const from = row.offsets[row.base + first] ?? 0;
  const to = (row.offsets[row.base + last + 1] ?? 0) - 1;
  return row.text.slice(from, to);
}
