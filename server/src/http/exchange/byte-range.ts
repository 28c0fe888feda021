import { FeatstoreError } from "../../core/index";

/** A byte range of a file; both ends are inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Parses a `Range` header with one byte range. Returns undefined, for the whole file, without a header, with several
 * ranges, with another unit, and for the end of an empty file. Errors: `range_not_satisfiable`.
 */
export function byteRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const [, from = "", to = ""] = /^bytes=[\t ]*(\d*)-(\d*)$/i.exec(header?.trim() ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  // Numbers of any length: those beyond 2^53 lose digits, but stay larger than every file.
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  if (from === "" && bytes === 0 && Number(to) > 0) return undefined;
  const range =
    from === ""
      ? { first: Math.max(0, bytes - Number(to)), last: bytes - 1 }
      : { first: Number(from), last: to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1) };
  if (range.first <= range.last) return range;
  throw new FeatstoreError("range_not_satisfiable", `The file has ${bytes} bytes.`, {
    headers: { "content-range": `bytes */${bytes}` },
  });
}
