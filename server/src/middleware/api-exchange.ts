import type { KeyHolder } from "../services/key-authenticator";
import type { RateLimitHeaders } from "./burst-limit";
import type { ApiRequest } from "./exchange";
import { readBody, streamBody } from "./read-body";
import { requestIdOf } from "./request-id";

/** What the Node adapter gives beside the request; absent where the app is called directly. */
export interface NodeIncoming {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket?: { readonly remoteAddress?: string | undefined };
}

/**
 * One request on its way. A class, because one is made for every request: closures over the same values cost several
 * allocations each time.
 */
export class ApiExchange implements ApiRequest {
  readonly started = performance.now();
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly requestId: string;
  principal: KeyHolder | null = null;
  limits: RateLimitHeaders | null = null;

  constructor(
    private readonly raw: Request,
    private readonly incoming: NodeIncoming | undefined,
    private readonly mostBodyBytes: number,
  ) {
    this.method = raw.method;
    this.requestId = requestIdOf(this.header("x-request-id"));
    // By hand, since a URL object costs as much as all the rest.
    const { url } = raw;
    const pathStart = url.indexOf("/", url.indexOf("//") + 2);
    const hash = url.indexOf("#", pathStart);
    const end = hash === -1 ? url.length : hash;
    const mark = url.indexOf("?", pathStart);
    const pathEnd = mark === -1 || mark > end ? end : mark;
    this.path = url.slice(pathStart, pathEnd);
    this.query = pathEnd === end ? "" : url.slice(pathEnd + 1, end);
  }

  header(name: string): string | undefined {
    if (this.incoming === undefined) return this.raw.headers.get(name) ?? undefined;
    const value = this.incoming.headers[name];
    return typeof value === "string" ? value : value?.[0];
  }

  body(): Promise<string> {
    return readBody(this.raw, this.header("content-length"), this.mostBodyBytes);
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
