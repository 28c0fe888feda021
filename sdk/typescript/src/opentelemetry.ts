/** The entry `@featstore/client/opentelemetry`. */
import {
  type Attributes,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { templateOf } from "./opentelemetry/path-template";
import type { TracedCall, Tracing } from "./transport/tracing";

export type { TracedCall, Tracing } from "./transport/tracing";

export interface TracingOptions {
  /** The global one by default. */
  readonly tracerProvider?: TracerProvider;
}

/**
 * Makes a span for each call, and one inside it for each attempt, by the semantic conventions for HTTP clients; sends
 * `traceparent` to the server, not to storage that it redirects to. No span has headers, the key, or the query of a URL.
 *
 * @example
 * const client = createClient({ tracing: createTracing() });
 * await client.features.get(7); // "featstore GET /api/features/{id}" with a child "GET /api/features/{id}"
 */
export function createTracing({ tracerProvider }: TracingOptions = {}): Tracing {
  return {
    async trace(call, run) {
      const tracer = (tracerProvider ?? trace.getTracerProvider()).getTracer("@featstore/client");
      const template = templateOf(call.path);
      const name = template === undefined ? call.method : `${call.method} ${template}`;
      const shared: Attributes = template === undefined ? {} : { "url.template": template };
      const span = tracer.startSpan(`featstore ${name}`, { kind: SpanKind.INTERNAL, attributes: shared });
      const within = trace.setSpan(context.active(), span);
      let resends = 0;
      const startAttempt = (url: URL) => {
        const resent: Attributes = resends === 0 ? {} : { "http.request.resend_count": resends };
        resends += 1;
        const attributes = { ...shared, ...resent, ...requestAttributes(call, url) };
        return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, within);
      };
      try {
        return await run(tracedFetch(call, startAttempt));
      } catch (error) {
        fail(span, typeOf(error), error instanceof Error ? error.message : undefined);
        throw error;
      } finally {
        span.end();
      }
    },
  };
}

function tracedFetch({ fetch, baseUrl }: TracedCall, start: (url: URL) => Span): typeof globalThis.fetch {
  const { origin } = new URL(baseUrl);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const span = start(url);
    const within = trace.setSpan(context.active(), span);
    const headers = new Headers(init?.headers);
    if (url.origin === origin) propagation.inject(within, headers, { set: (to, key, value) => to.set(key, value) });
    try {
      const response = await context.with(within, () => fetch(input, { ...init, headers }));
      span.setAttribute("http.response.status_code", response.status);
      const requestId = response.headers.get("x-request-id");
      if (requestId !== null) span.setAttribute("http.response.header.x-request-id", [requestId]);
      if (response.status >= 400) fail(span, String(response.status));
      return response;
    } catch (error) {
      // Without its message: that of another library's `fetch` may contain the request.
      fail(span, typeOf(error));
      throw error;
    } finally {
      span.end();
    }
  };
}

function requestAttributes({ method }: TracedCall, url: URL): Attributes {
  const port = url.port === "" ? { "https:": 443, "http:": 80 }[url.protocol] : Number(url.port);
  return {
    "http.request.method": method,
    "server.address": url.hostname,
    ...(port === undefined ? {} : { "server.port": port }),
    // The query may have inputs of a model, or the signature of a URL.
    "url.full": `${url.origin}${url.pathname}`,
  };
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return "_OTHER";
  return "code" in error && "status" in error ? String(error.code) : error.name;
}

function fail(span: Span, type: string, message?: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
}
