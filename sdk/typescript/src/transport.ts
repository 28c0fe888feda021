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

/** How a client reaches its server. */
export interface ClientOptions {
  /** Where the server is, `https://features.example.com`; a path in front of `/api` is kept. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly apiKey: string;
  /** Takes the place of the global `fetch`: a proxy, an instrumented one, a test's. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds until a call is given up with `TimeoutError`, its body included. 30,000 by default. */
  readonly timeoutMs?: number;
}

/** What every call takes besides its own options. */
export interface CallOptions {
  /** Ends the call with `AbortedError` when aborted. */
  readonly signal?: AbortSignal;
  /** In place of the client's `timeoutMs`, for this call. */
  readonly timeoutMs?: number;
}

export interface Request extends CallOptions {
  /** Whether an answer has the outer form of this operation's; what has not comes from something else. */
  readonly expect: (answer: Readonly<Record<string, unknown>>) => boolean;
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the base URL, its parts percent-encoded: `/api/features/7`. */
  readonly path: string;
  /** Left out where undefined. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly content?: { readonly type: string; readonly data: NonNullable<RequestInit["body"]> };
}

/** A request whose answer is bytes, to be read by the caller. */
export interface OpenRequest extends CallOptions {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer to one. */
export interface Opened {
  readonly response: Response;
  /** Ends the reading of its body, and the watching of the call's signal. */
  close(): void;
}

/** A request whose whole answer is bytes of a media type. */
export interface BytesRequest extends Omit<Request, "expect"> {
  readonly accept: string;
}

/** A successful answer: its JSON, and the request's id in the server's logs. */
export interface Answer<Body> {
  readonly body: Body;
  readonly requestId: string | null;
}

/** Sends requests; throws one of `errors.ts` and nothing else. */
export interface Transport {
  /** Sends one and gives its answer, of the type the contract says. */
  <Body>(request: Request): Promise<Answer<Body>>;
  /** Sends one and gives its answer's bytes. */
  readonly bytes: (request: BytesRequest) => Promise<Answer<Uint8Array>>;
  /** Sends a GET and gives its answer once its head is there; `timeoutMs` bounds that alone. */
  readonly open: (request: OpenRequest) => Promise<Opened>;
  /** The client's `timeoutMs`. */
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

export function createTransport(options: ClientOptions): Transport {
  const base = parseBaseUrl(options.baseUrl);
  // A header with a stray newline would be refused by fetch in a message that quotes the key.
  if (!/^[\x21-\x7e]+$/.test(options.apiKey)) {
    throw new InvalidCallError("apiKey must be printable ASCII without spaces, and not empty");
  }
  const defaultTimeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const authorization = `Bearer ${options.apiKey}`;

  /** Sends a request and reads of its answer what `read` does, within the time. */
  const exchange = async <Result>(
    path: string,
    init: RequestInit,
    { signal, timeoutMs = defaultTimeoutMs }: CallOptions,
    read: (response: Response, close: () => void) => Promise<Result>,
    keepsOpen: boolean,
  ): Promise<Result> => {
    // Looked up at each call, so that a fetch replaced after this client was made is the one used.
    const send = options.fetch ?? globalThis.fetch;
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
      const response = await send(`${base}${path}`, {
        ...init,
        headers: { accept: "application/json", ...init.headers, authorization },
        // A followed redirect could turn a POST into a GET and carry the key elsewhere.
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
      { method: request.method, ...contentOf(request) },
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
      { method: "GET", headers: { ...request.headers, accept: "*/*" } },
      request,
      async (response, close) => {
        if (!response.ok) throw refusalOf(response, await response.text());
        return { response, close };
      },
      true,
    );

  return Object.assign(call, { bytes, open, timeoutMs: defaultTimeoutMs });
}

function contentOf({
  body,
  content,
}: Pick<Request, "body" | "content">): Omit<RequestInit, "headers"> & { readonly headers?: Record<string, string> } {
  if (content !== undefined) {
    const init = { headers: { "content-type": content.type }, body: content.data };
    // A stream is sent while it is read, which fetch wants to be told.
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
    throw new InvalidCallError(`baseUrl must begin with http:// or https://, not ${url.protocol}`);
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
    `${response.status} from ${response.url} is no Featstore server's answer: is baseUrl right?`,
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
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}

/** undici says "fetch failed" and keeps what happened in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
