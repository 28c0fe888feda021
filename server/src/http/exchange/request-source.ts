import { isUtf8 } from "node:buffer";
import { FeatstoreError, settingLabel } from "../../core/index";

/** The transport behind an exchange. */
export interface RequestSource {
  /** Returns a header's value by its lower-case name. */
  header(name: string): string | undefined;
  /** Like `ApiRequest.body`. */
  body(): Promise<string>;
  /** Like `ApiRequest.bytes`. */
  bytes(): AsyncIterable<Uint8Array>;
  /** Aborts when the client disconnects before it has its response. */
  readonly gone: AbortSignal;
  /** The client's address; empty if it is not known. */
  readonly address: string;
}

/** The bindings that the Node adapter passes with the request; absent if the app is called directly. */
export interface NodeIncoming {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket?: { readonly remoteAddress?: string | undefined };
}

/** A web-standard request. A class for the same reason as `ApiExchange`. */
export class WebSource implements RequestSource {
  private text: Promise<string> | undefined;

  constructor(
    private readonly raw: Request,
    private readonly incoming: NodeIncoming | undefined,
    private readonly maxBodyBytes: number,
  ) {}

  header(name: string): string | undefined {
    if (this.incoming === undefined) return this.raw.headers.get(name) ?? undefined;
    return nodeHeader(this.incoming, name);
  }

  body(): Promise<string> {
    this.text ??= readBody(this.raw, this.header("content-length"), this.maxBodyBytes);
    return this.text;
  }

  bytes(): AsyncIterable<Uint8Array> {
    return streamBody(this.raw);
  }

  get gone(): AbortSignal {
    return this.raw.signal;
  }

  get address(): string {
    return this.incoming?.socket?.remoteAddress ?? "";
  }
}

export function nodeHeader({ headers }: NodeIncoming, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : value?.[0];
}

/**
 * Returns the path and the query of an absolute URL. Parsed by hand, because a URL object costs as much as all the
 * rest.
 */
export function targetOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const hash = url.indexOf("#", start);
  return hash === -1 ? url.slice(start) : url.slice(start, hash);
}

/** Reads a request's body as UTF-8, at most `maxBytes`. Errors: `body_too_large`, `invalid_request`, `invalid_json`. */
export async function readBody(request: Request, contentLength: string | undefined, maxBytes: number): Promise<string> {
  if (contentLength !== undefined) {
    if (Number(contentLength) > maxBytes) throw tooLarge(maxBytes);
    // Node limits a body to the announced length.
    return textOf(Buffer.from(await request.arrayBuffer().catch(cutOff)));
  }
  if (request.body === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(cutOff);
    if (done) break;
    bytes += value.byteLength;
    // Not cancelled, which would cut the connection before the client has its response: the server drops the rest.
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(value);
  }
  return textOf(Buffer.concat(chunks));
}

/** Streams a request's bytes. Errors: `invalid_request`. */
async function* streamBody(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const reader = request.body.getReader();
  // Not cancelled if the reader stops early, for the same reason.
  for (;;) {
    const { done, value } = await reader.read().catch(cutOff);
    if (done) return;
    yield value;
  }
}

function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) {
    throw new FeatstoreError("invalid_json", "The body is not JSON: its bytes are not UTF-8.");
  }
  const text = bytes.toString("utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

function tooLarge(maxBytes: number): FeatstoreError {
  return new FeatstoreError(
    "body_too_large",
    `The body is larger than ${maxBytes} bytes: send fewer ids at once. The limit is ${settingLabel("limits.body_bytes")}.`,
  );
}

function cutOff(cause: unknown): never {
  throw new FeatstoreError("invalid_request", "The body ended before it was complete.", { cause });
}
