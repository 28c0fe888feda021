import { type Sender, type Sending, send } from "./send";

type Fetch = typeof globalThis.fetch;

/** A call that is about to be sent. */
export interface TracedCall {
  readonly method: string;
  /** With the path before `/api`, without a slash at the end. */
  readonly baseUrl: string;
  /** Percent-encoded, without the query: `/api/features/7`. */
  readonly path: string;
  /** Sends one attempt. */
  readonly fetch: Fetch;
}

/** Observes calls and their attempts, as `createTracing` of `@featstore/client/opentelemetry` does. */
export interface Tracing {
  /** Runs a call; `run` sends each of its attempts with the `fetch` that it is passed. */
  trace<Result>(call: TracedCall, run: (fetch: Fetch) => Promise<Result>): Promise<Result>;
}

/** Sends a request like `send`, observed by `tracing` if there is one. */
export function sendTraced<Result>(
  tracing: Tracing | undefined,
  sender: Sender,
  request: Sending<Result>,
): Promise<Result> {
  if (tracing === undefined) return send(sender, request);
  const { base: baseUrl, options } = sender;
  const { method, path } = request;
  // Looked up at each attempt, so that a later replacement of the global fetch takes effect.
  const fetch: Fetch = (...parts) => (options.fetch ?? globalThis.fetch)(...parts);
  return tracing.trace({ method, baseUrl, path, fetch }, (traced) =>
    send({ ...sender, options: { ...options, fetch: traced } }, request),
  );
}
