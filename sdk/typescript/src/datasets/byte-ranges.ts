/** Bytes `first` up to, but without, `end`. */
export interface ByteRange {
  readonly first: number;
  readonly end: number;
}

/** Returns the union of the ranges, sorted and without overlaps. */
export function mergeRanges(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const merged: ByteRange[] = [];
  for (const range of [...ranges].sort((one, other) => one.first - other.first)) {
    if (range.end <= range.first) continue;
    const last = merged.at(-1);
    if (last === undefined || range.first > last.end) merged.push(range);
    else if (range.end > last.end) merged[merged.length - 1] = { first: last.first, end: range.end };
  }
  return merged;
}

/** Returns the parts of at most `partBytes` that `received` leaves of a file of `bytes`, in order. */
export function missingRanges(received: readonly ByteRange[], bytes: number, partBytes: number): readonly ByteRange[] {
  const missing: ByteRange[] = [];
  let first = 0;
  for (const range of [...mergeRanges(received), { first: bytes, end: bytes }]) {
    for (; first < range.first; first += partBytes)
      missing.push({ first, end: Math.min(first + partBytes, range.first) });
    first = range.end;
  }
  return missing;
}

/** Returns the number of bytes in the ranges. */
export function sizeOf(ranges: readonly ByteRange[]): number {
  return mergeRanges(ranges).reduce((sum, { first, end }) => sum + end - first, 0);
}
