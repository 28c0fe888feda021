import { ApiError, ConnectionError, UnexpectedAnswerError } from "../errors";
import type { CallOptions, Opened, Transport } from "../transport";
import type { ByteRange } from "./byte-ranges";
import { FileChangedError, RangeIgnoredError } from "./errors";
import { followRedirects } from "./follow-redirects";

/** A file of the server, which never changes. */
export interface RemoteFile {
  readonly name: string;
  /** Below the base URL, percent-encoded. */
  readonly path: string;
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Opens a range of a file; the response has exactly these bytes, unless it ends early. */
export type OpenRange = (range: ByteRange, call: CallOptions) => Promise<Opened>;

/** Creates the function that opens the ranges of one file. */
export function rangesOf(transport: Transport, file: RemoteFile): OpenRange {
  const etag = `"${file.sha256}"`;
  let etagElsewhere: string | null | undefined;

  return async (range, call) => {
    const isWhole = range.first === 0 && range.end === file.bytes;
    let isElsewhere = false;
    const opened = await transport
      .open({
        ...call,
        path: file.path,
        // The range as a whole is repeated, from its last byte on.
        retries: 0,
        headers: {
          ...call.headers,
          // A compressed body would have other bytes.
          "accept-encoding": "identity",
          ...(isWhole ? {} : { range: `bytes=${range.first}-${range.end - 1}`, "if-range": etag }),
        },
        sendOnce: async (fetch, url, init) => {
          const followed = await followRedirects(fetch, url, init);
          isElsewhere = followed.isElsewhere;
          return followed.response;
        },
      })
      .catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 416) throw changed(file, { cause: error });
        // The next try gets a new signed URL.
        if (isElsewhere && error instanceof ApiError && error.status === 403)
          throw new ConnectionError(`Storage rejected the signed URL of ${file.name}: it may have expired`);
        throw error;
      });
    try {
      const { headers } = opened.response;
      checkKind(file, headers);
      if (isElsewhere) etagElsewhere ??= headers.get("etag");
      checkTag(file, headers.get("etag"), isElsewhere ? (etagElsewhere ?? null) : etag);
      checkBytes(file, opened.response, range, isWhole);
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  };
}

/** Refuses pages of proxies, and bodies that are not the file's bytes. */
function checkKind({ name }: RemoteFile, headers: Headers): void {
  if (/^text\/html\b/.test(headers.get("content-type") ?? ""))
    throw new UnexpectedAnswerError(`The answer for ${name} is a web page: check baseUrl, or sign in to the proxy`);
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity")
    throw new UnexpectedAnswerError(`The answer for ${name} is compressed (${encoding}): turn this off in the proxy`);
}

function checkTag(file: RemoteFile, etag: string | null, expected: string | null): void {
  // Some proxies leave out ETags or weaken them; the SHA-256 of the whole file decides in the end.
  if (etag !== null && expected !== null && etag.replace(/^W\//, "") !== expected.replace(/^W\//, ""))
    throw changed(file);
}

function checkBytes(file: RemoteFile, response: Response, { first, end }: ByteRange, isWhole: boolean): void {
  const { name, bytes } = file;
  if (response.status === 200) {
    const length = response.headers.get("content-length");
    if (length !== null && Number(length) !== bytes) throw changed(file);
    if (isWhole) return;
    throw new RangeIgnoredError(
      `The server sent all of ${name} for a range of it: a proxy ignores Range. Connect to the server directly, or pass resume: false and parallel: 1`,
    );
  }
  const header = response.headers.get("content-range") ?? "";
  const [, from, last, size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header) ?? [];
  if (size !== undefined && size !== "*" && Number(size) !== bytes) throw changed(file);
  if (response.status !== 206 || Number(from) !== first || Number(last) !== end - 1)
    throw new UnexpectedAnswerError(
      `The answer for bytes ${first} to ${end - 1} of ${name} has status ${response.status} and Content-Range "${header}": a proxy changes ranges; connect to the server directly`,
    );
}

function changed({ name }: RemoteFile, options?: ErrorOptions): FileChangedError {
  return new FileChangedError(
    `The bytes of ${name} on the server are not those of its snapshot; what was received is deleted. Try again; if it repeats, report the file to the operator`,
    options,
  );
}
