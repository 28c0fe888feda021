import { readBody, streamBody } from "./read-body";

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
    return readBody(this.raw, this.header("content-length"), this.maxBodyBytes);
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
