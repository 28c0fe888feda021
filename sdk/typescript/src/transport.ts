import { environmentOf } from "./environment";
import { InvalidCallError } from "./errors";
import { type CallOptions, headersOf, limitsOfCall } from "./transport/call-options";
import { infoOf, type ResponseInfo } from "./transport/call-promise";
import { parseBaseUrl, type Sent } from "./transport/http-request";
import type { Logger } from "./transport/logger";
import { readBody, strange } from "./transport/read-answer";
import type { Sender, SendOnce } from "./transport/send";
import { sendTraced, type Tracing } from "./transport/tracing";

export type { CallOptions } from "./transport/call-options";
export type { SentInit } from "./transport/http-request";

/** Options of a transport: those of every client. */
export interface TransportOptions {
  /** The server's URL, `https://features.example.com`; may have a path before `/api`. `FEATSTORE_URL` by default. */
  readonly baseUrl?: string | undefined;
  /** Sent as `Authorization: Bearer …`. `FEATSTORE_API_KEY` by default; without either, only what is public can be read. */
  readonly apiKey?: string | undefined;
  /** Replaces the global `fetch`, for a proxy, instrumentation or a test. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Receives what the client does. Nothing is logged by default. */
  readonly logger?: Logger | undefined;
  /** Observes calls and their attempts: `createTracing()` of `@featstore/client/opentelemetry`. */
  readonly tracing?: Tracing | undefined;
  /** Milliseconds until an attempt, including its body, fails with `TimeoutError`. 30,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds for a call with all its attempts and pauses. 120,000 by default, or `timeoutMs` if that is longer. */
  readonly deadlineMs?: number | undefined;
  /**
   * Attempts after the first that fails, 2 by default: if there was no answer, after a timeout, and after the statuses 408,
   * 429 and from 500. Only calls that can be repeated: those that read, delete, or have an `idempotencyKey`.
   */
  readonly retries?: number | undefined;
  /** Headers to add to every request, for a proxy or a trace. They cannot replace those that the client sends itself. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A request whose answer is JSON. */
export interface Request extends Sent, CallOptions {
  /** Checks an answer's outer shape; an answer without it is not from Featstore. */
  readonly expect: (answer: Readonly<Record<string, unknown>>) => boolean;
}

/** A request whose answer is bytes of a media type, read as a whole. */
export interface BytesRequest extends Sent, CallOptions {
  readonly accept: string;
}

/** A GET whose answer is a stream of bytes for the caller. */
export interface OpenRequest extends CallOptions {
  readonly path: string;
  /** Sends the request; a redirect is an error without it. */
  readonly sendOnce?: SendOnce;
}

/** The answer to an `OpenRequest`. */
export interface Opened {
  readonly response: Response;
  /** Aborted with the call, and by `close`. */
  readonly signal: AbortSignal;
  /** Stops reading the body and listening to the call's signal. */
  close(): void;
}

/** A successful answer. */
export interface Answer<Body> {
  readonly body: Body;
  readonly response: ResponseInfo;
}

/** Sends requests, and sends them again by the rules of `transport/retry-rules.ts`. Throws only the errors of `errors.ts`. */
export interface Transport {
  /** Sends a request and returns its answer, typed by the contract. */
  <Body>(request: Request): Promise<Answer<Body>>;
  /** Sends a request and returns its answer's bytes. */
  readonly bytes: (request: BytesRequest) => Promise<Answer<Uint8Array>>;
  /** Sends a GET and returns its answer once the headers have arrived; `timeoutMs` limits only that. */
  readonly open: (request: OpenRequest) => Promise<Opened>;
  /** The client's `timeoutMs`. */
  readonly timeoutMs: number;
}

/** Texts are searched only for keys that cannot be an ordinary word. */
const MIN_SCRUBBED = 8;

/** Creates a transport. Errors: `InvalidCallError` for an unusable option. */
export function createTransport(options: TransportOptions): Transport {
  const apiKey = options.apiKey ?? environmentOf("FEATSTORE_API_KEY");
  // fetch would reject a header with a newline, with a message that contains the key.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new InvalidCallError("apiKey must be printable ASCII without spaces, and not empty");
  }
  const { timeoutMs } = limitsOfCall({}, options);
  const sender: Sender = {
    options,
    base: parseBaseUrl(options.baseUrl ?? environmentOf("FEATSTORE_URL")),
    headers: {
      added: headersOf(options.headers),
      authorization: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    },
    scrub: (text) =>
      apiKey === undefined || apiKey.length < MIN_SCRUBBED ? text : text.replaceAll(apiKey, "[apiKey]"),
  };

  const call = <Body>(request: Request): Promise<Answer<Body>> =>
    sendTraced(options.tracing, sender, {
      ...request,
      accept: "application/json",
      read: async (response, url) => {
        const body = readBody<Body>(await response.text(), request.expect, (text) =>
          strange(response, sender.scrub(text), url),
        );
        return { body, response: infoOf(response) };
      },
    });

  const bytes = (request: BytesRequest): Promise<Answer<Uint8Array>> =>
    sendTraced(options.tracing, sender, {
      ...request,
      read: async (response, url) => {
        if (response.headers.get("content-type") !== request.accept)
          throw strange(response, sender.scrub(await response.text()), url);
        return { body: new Uint8Array(await response.arrayBuffer()), response: infoOf(response) };
      },
    });

  const open = (request: OpenRequest): Promise<Opened> =>
    sendTraced(options.tracing, sender, {
      ...request,
      method: "GET",
      accept: "*/*",
      keepsOpen: true,
      read: async (response, _, { signal, close }) => ({ response, signal, close }),
    });

  return Object.assign(call, { bytes, open, timeoutMs });
}
