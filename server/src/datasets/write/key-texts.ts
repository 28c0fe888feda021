import type { DigestedColumn } from "./digest-values";

/** Returns the texts of a row's key: digits of integers, and the texts themselves. */
export function keyTexts(columns: readonly DigestedColumn[]): (row: number) => readonly string[] {
  return (row) =>
    columns.map(({ values: { values, offsets } }) =>
      offsets === undefined
        ? String(values[row])
        : Buffer.prototype.utf8Slice.call(values, offsets[row] as number, offsets[row + 1] as number),
    );
}
