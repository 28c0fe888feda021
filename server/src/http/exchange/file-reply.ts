import { FeatstoreError } from "../../core/index";
import { countedBytes } from "./counted-bytes";
import type { ApiRequest, Reply } from "./exchange";
import { namesTag, namesTagStrongly } from "./not-modified";
import { verifiedBytes } from "./verified-bytes";

/** A file that never changes. */
export interface ServedFile {
  /** The name under which clients save it. */
  readonly name: string;
  readonly contentType: string;
  readonly bytes: number;
  /** 64 hexadecimal digits; the entity tag. */
  readonly sha256: string;
  readonly cacheControl: string;
  /** Streams bytes `first` to `last`, both inclusive. Opens the file at the first read. */
  read(first: number, last: number): ReadableStream<Uint8Array>;
  /** Called if the file cannot be read to its end, or has other bytes. */
  readonly onFault?: (error: unknown) => void;
}

/** The part of a file that a response has. */
export type FilePart = { readonly status: 304 } | ({ readonly status: 200 | 206 } & ByteRange);

/**
 * Evaluates the conditions and the range of a request in the order of RFC 9110, section 13.2.2. A `Range` counts for GET
 * only. Errors: `precondition_failed`, `range_not_satisfiable`.
 */
export function requestedPart(
  request: Pick<ApiRequest, "method" | "header">,
  { bytes, sha256 }: Pick<ServedFile, "bytes" | "sha256">,
): FilePart {
  const etag = `"${sha256}"`;
  const only = request.header("if-match");
  if (only !== undefined && !namesTagStrongly(only, etag)) {
    throw new FeatstoreError("precondition_failed", `The entity tag of the file is ${etag}.`, { headers: { etag } });
  }
  const known = request.header("if-none-match");
  if (known !== undefined && namesTag(known, etag)) return { status: 304 };
  const onlyIf = request.header("if-range");
  const mayBePart = request.method === "GET" && (onlyIf === undefined || onlyIf.trim() === etag);
  const range = mayBePart ? byteRange(request.header("range"), bytes) : undefined;
  return range === undefined ? { status: 200, first: 0, last: bytes - 1 } : { status: 206, ...range };
}

/**
 * Builds the response with a part of a file. A body with wrong bytes ends with an error before it is complete. `onBytes`
 * is called with the bytes that were sent.
 */
export function fileReply(file: ServedFile, part: FilePart, onBytes?: (bytes: number) => void): Reply {
  const { name, contentType, bytes, sha256, cacheControl, onFault } = file;
  const known = { etag: `"${sha256}"`, "cache-control": cacheControl };
  if (part.status === 304) return { status: 304, contentType, body: null, headers: known };
  const { status, first, last } = part;
  const length = last - first + 1;
  const expected = { bytes: length, sha256: length === bytes ? sha256 : undefined, onFault };
  const checked = () => verifiedBytes(file.read(first, last), expected);
  const sent = () => (onBytes === undefined ? checked() : countedBytes(checked(), onBytes));
  return {
    status,
    contentType,
    body: length === 0 ? new Uint8Array() : sent(),
    headers: {
      ...known,
      "accept-ranges": "bytes",
      "content-length": String(length),
      "content-disposition": `attachment; filename="${name}"`,
      "repr-digest": `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`,
      ...(status === 206 ? { "content-range": `bytes ${first}-${last}/${bytes}` } : {}),
    },
  };
}

/** A byte range of a file; both ends are inclusive. */
interface ByteRange {
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
