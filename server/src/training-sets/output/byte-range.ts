import { FeatstoreError } from "../../core/index";

/** A byte range of a file; both ends are inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Parses a `Range` header with one byte range. Returns undefined, for the whole file, without a header, with several
 * ranges or with another unit. Errors: `range_not_satisfiable`.
 */
export function byteRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  const range =
    from === ""
      ? { first: Math.max(0, bytes - Number(to)), last: bytes - 1 }
      : { first: Number(from), last: to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1) };
  if (range.first <= range.last) return range;
  throw new FeatstoreError("range_not_satisfiable", `The file has ${bytes} bytes.`, {
    headers: { "content-range": `bytes */${bytes}` },
  });
}
