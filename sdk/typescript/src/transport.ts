import {
  AbortedError,
  apiError,
  ConnectionError,
  FeatstoreError,
  InvalidCallError,
  type Problem,
  TimeoutError,
  UnexpectedAnswerError,
} from "./errors";

/** Options of a client. */
export interface ClientOptions {
  /** The server's URL, `https://features.example.com`; may have a path before `/api`. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly apiKey: string;
  /** Replaces the global `fetch`, for a proxy, instrumentation or a test. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds until a call, including its body, fails with `TimeoutError`. 30,000 by default. */
  readonly timeoutMs?: number;
}

/** Options of every call. */
export interface CallOptions {
  /** Aborts the call with `AbortedError`. */
  readonly signal?: AbortSignal;
  /** Overrides the client's `timeoutMs`. */
  readonly timeoutMs?: number;
}

export interface Request extends CallOptions {
  /** Checks an answer's outer shape; an answer without it is not from Featstore. */
  readonly expect: (answer: Readonly<Record<string, unknown>>) => boolean;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Relative to the base URL, with percent-encoded segments: `/api/features/7`. */
  readonly path: string;
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent without conversion, instead of `body`. */
  readonly content?: { readonly type: string; readonly data: NonNullable<RequestInit["body"]> };
}

/** A request whose answer is a stream of bytes for the caller. */
export interface OpenRequest extends CallOptions {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the request with `fetch`; a redirect is an error without it. */
  readonly send?: (fetch: typeof globalThis.fetch, url: string, init: SentInit) => Promise<Response>;
}

/** The options of a request that is ready to be sent. */
export type SentInit = Omit<RequestInit, "headers"> & { readonly headers: Readonly<Record<string, string>> };

/** The answer to an `OpenRequest`. */
export interface Opened {
  readonly response: Response;
  /** Stops reading the body and listening to the call's signal. */
  close(): void;
}

/** A request whose answer is bytes of a media type, read as a whole. */
export interface BytesRequest extends Omit<Request, "expect"> {
  readonly accept: string;
}

/** A successful answer: its JSON and the request's id in the server's logs. */
export interface Answer<Body> {
  readonly body: Body;
  readonly requestId: string | null;
}

/** Sends requests; throws only the errors of `errors.ts`. */
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

/** A client's options, of which the key is left out to read without one. */
export type TransportOptions = Omit<ClientOptions, "apiKey"> & { readonly apiKey?: string | undefined };

const DEFAULT_TIMEOUT_MS = 30_000;

export function createTransport(options: TransportOptions): Transport {
  const base = parseBaseUrl(options.baseUrl);
  // fetch would reject a header with a newline, with a message that contains the key.
  if (options.apiKey !== undefined && !/^[\x21-\x7e]+$/.test(options.apiKey)) {
    throw new InvalidCallError("apiKey must be printable ASCII without spaces, and not empty");
  }
  const defaultTimeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const authorization: SentInit["headers"] =
    options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` };

  /** Sends a request and reads its answer with `read`, within the timeout. */
  const exchange = async <Result>(
    path: string,
    init: Partial<SentInit> & Pick<OpenRequest, "send">,
    { signal, timeoutMs = defaultTimeoutMs }: CallOptions,
    read: (response: Response, close: () => void) => Promise<Result>,
    keepsOpen: boolean,
  ): Promise<Result> => {
    // Looked up at each call, so that a later replacement of fetch takes effect.
    const fetch = options.fetch ?? globalThis.fetch;
    const controller = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      controller.abort();
    }, timeoutMs);
    const onAbort = () => controller.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
    const forget = () => signal?.removeEventListener("abort", onAbort);

    let isOpen = false;
    try {
      const { send = plainly, headers, ...rest } = init;
      const response = await send(fetch, `${base}${path}`, {
        ...rest,
        headers: { accept: "application/json", ...headers, ...authorization },
        // Following a redirect could turn a POST into a GET and send the key to another host.
        redirect: "error",
        signal: controller.signal,
      });
      const result = await read(response, () => {
        forget();
        controller.abort();
      });
      isOpen = keepsOpen;
      return result;
    } catch (error) {
      if (error instanceof FeatstoreError) throw error;
      if (signal?.aborted) throw new AbortedError("The call was aborted", { cause: signal.reason });
      if (timedOut) throw new TimeoutError(`No answer within ${timeoutMs} ms`, { cause: error });
      throw new ConnectionError(`No answer from ${base}: ${reasonOf(error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
      if (!isOpen) forget();
    }
  };

  const call = <Body>(request: Request): Promise<Answer<Body>> =>
    exchange(
      `${request.path}${queryString(request.query)}`,
      withHeaders({ method: request.method, ...contentOf(request) }, request.headers),
      request,
      async (response) => readAnswer<Body>(response, await response.text(), request.expect),
      false,
    );

  const bytes = (request: BytesRequest): Promise<Answer<Uint8Array>> => {
    const content = contentOf(request);
    return exchange(
      `${request.path}${queryString(request.query)}`,
      { method: request.method, ...content, headers: { ...content.headers, accept: request.accept } },
      request,
      async (response) => {
        if (!response.ok) throw refusalOf(response, await response.text());
        if (response.headers.get("content-type") !== request.accept) throw strange(response);
        return { body: new Uint8Array(await response.arrayBuffer()), requestId: response.headers.get("x-request-id") };
      },
      false,
    );
  };

  const open = (request: OpenRequest): Promise<Opened> =>
    exchange(
      request.path,
      {
        method: "GET",
        headers: { ...request.headers, accept: "*/*" },
        ...(request.send === undefined ? {} : { send: request.send }),
      },
      request,
      async (response, close) => {
        if (!response.ok) throw refusalOf(response, await response.text());
        return { response, close };
      },
      true,
    );

  return Object.assign(call, { bytes, open, timeoutMs: defaultTimeoutMs });
}

function withHeaders(init: Partial<SentInit>, headers: Request["headers"]): Partial<SentInit> {
  return headers === undefined ? init : { ...init, headers: { ...init.headers, ...headers } };
}

const plainly: NonNullable<OpenRequest["send"]> = (fetch, url, init) => fetch(url, init);

function contentOf({ body, content }: Pick<Request, "body" | "content">): Partial<SentInit> {
  if (content !== undefined) {
    const init = { headers: { "content-type": content.type }, body: content.data };
    // fetch requires this option for a stream, which is sent while it is read.
    return content.data instanceof ReadableStream ? { ...init, ...{ duplex: "half" } } : init;
  }
  return body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function parseBaseUrl(baseUrl: string): string {
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

function queryString(query: Request["query"]): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll("%2C", ",")}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function readAnswer<Body>(response: Response, text: string, expect: Request["expect"]): Answer<Body> {
  if (!response.ok) throw refusalOf(response, text);
  const body = parseJson(text);
  if (typeof body !== "object" || body === null || !expect(body as Readonly<Record<string, unknown>>))
    throw strange(response);
  return { body: body as Body, requestId: response.headers.get("x-request-id") };
}

function strange(response: Response): UnexpectedAnswerError {
  return new UnexpectedAnswerError(
    `${response.status} from ${response.url} is not an answer of a Featstore server: check baseUrl`,
  );
}

function refusalOf(response: Response, text: string): FeatstoreError {
  const body = parseJson(text);
  const problem = isProblem(body) ? body : null;
  return apiError({
    status: response.status,
    code: problem?.code ?? `http_${response.status}`,
    requestId: response.headers.get("x-request-id") ?? problem?.request_id ?? null,
    problem,
    retryAfterSeconds: readSeconds(response.headers.get("retry-after")),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && typeof body.code === "string";
}

function readSeconds(header: string | null): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header);
  const time = Date.parse(header); // proxies send dates
  return Number.isNaN(time) ? null : Math.max(0, Math.ceil((time - Date.now()) / 1000));
}

/** Describes an error. undici reports "fetch failed" and keeps the reason in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
