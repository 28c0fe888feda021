import { InvalidCallError } from "../errors";
import { type CallOptions, headersOf } from "./call-options";

/** The content of a request, without the headers of the client. */
export interface Sent extends Pick<CallOptions, "headers" | "idempotencyKey"> {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Relative to the base URL, with percent-encoded segments: `/api/features/7`. */
  readonly path: string;
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent without conversion, instead of `body`. */
  readonly content?: { readonly type: string; readonly data: NonNullable<RequestInit["body"]> };
  /** A POST that changes nothing, so that it can be repeated. */
  readonly onlyReads?: boolean;
  /**
   * Only for one of several requests of a call: the start of the call by `performance.now()`, from which the deadline counts.
   * Such a request waits while the key's limit is exhausted, instead of failing after some attempts.
   */
  readonly callStart?: number | undefined;
  /** The server honours `Idempotency-Key` for this operation. */
  readonly takesIdempotencyKey?: boolean;
}

/** The options of a request that is ready to be sent. */
export type SentInit = Omit<RequestInit, "headers"> & { readonly headers: Readonly<Record<string, string>> };

/** Headers that do not depend on the call. */
export interface ClientHeaders {
  readonly accept: string;
  /** The client's option `headers`, checked. */
  readonly added: SentInit["headers"];
  readonly authorization: SentInit["headers"];
}

/** Makes the options of `fetch`. Errors: `InvalidCallError` for headers and an `idempotencyKey` that cannot be sent. */
export function initOf(sent: Sent, { accept, added, authorization }: ClientHeaders): SentInit {
  const { method, path, body, content, idempotencyKey, takesIdempotencyKey } = sent;
  if (idempotencyKey !== undefined && !takesIdempotencyKey)
    throw new InvalidCallError(`idempotencyKey has no effect on ${method} ${path}: leave it out`);
  const data = content?.data ?? (body === undefined ? undefined : JSON.stringify(body));
  const type = content?.type ?? (body === undefined ? undefined : "application/json");
  return {
    method,
    headers: {
      ...added,
      ...headersOf(sent.headers),
      ...(idempotencyKey !== undefined && headersOf({ "idempotency-key": idempotencyKey })),
      ...(type !== undefined && { "content-type": type }),
      accept,
      ...authorization,
    },
    // Following a redirect could turn a POST into a GET and send the key to another host.
    redirect: "manual",
    ...(data !== undefined && { body: data }),
    // fetch requires this option for a stream, which is sent while it is read.
    ...(data instanceof ReadableStream && { duplex: "half" }),
  };
}

/** True if sending the request twice has the same effect as once. */
export function isRepeatable({ method, onlyReads, idempotencyKey, content }: Sent): boolean {
  if (content?.data instanceof ReadableStream) return false; // it was read
  return method === "GET" || method === "DELETE" || onlyReads === true || idempotencyKey !== undefined;
}

/** Checks the base URL and returns it without a slash at the end. Errors: `InvalidCallError`. */
export function parseBaseUrl(baseUrl: string | undefined): string {
  if (baseUrl === undefined) throw new InvalidCallError("Pass baseUrl, or set FEATSTORE_URL");
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch (cause) {
    throw new InvalidCallError(`baseUrl must be an absolute URL such as "http://localhost:8080"`, { cause });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new InvalidCallError(`baseUrl must start with http:// or https://, got ${url.protocol}`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new InvalidCallError("baseUrl must have no user, password, query or fragment");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** Writes a query with its `?`; empty without values. */
export function queryString(query: Sent["query"]): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll("%2C", ",")}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
