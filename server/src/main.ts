import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { createApp, createSingleRead } from "./app";
import { isSpine, withArrivalDeadline } from "./arrival-deadline";
import type { Deps } from "./deps";
import { withDirectReads } from "./direct-reads";
import { FeatstoreError, problemOf } from "./errors";
import { requestIdOf } from "./middleware/request-id";

/** A listening server. */
export interface RunningServer {
  /** `http://127.0.0.1:8080`, by which this machine reaches it. */
  readonly url: string;
  readonly port: number;
  /**
   * Stops listening, lets running requests end for at most `deadlines.drainMs`, then cuts them. The deps stay open:
   * close them after.
   */
  close(): Promise<void>;
}

const SWEEP_MS = 50;
const BODY_MS = 60_000;

/**
 * Listens on the configured address; port 0 takes a free one. Errors: `port_in_use`, `address_unavailable`.
 *
 * @example
 * const deps = await createDeps(loadConfig());
 * const server = await serve(deps);
 */
export async function serve(deps: Deps): Promise<RunningServer> {
  const { host, port } = deps.config.server;
  const app = createApp(deps);
  let closing: Promise<void> | undefined;
  const answer = withDirectReads(createSingleRead(deps), getRequestListener(app.fetch, { errorHandler: notForTheApp }));
  const handle: RequestListener = (incoming, outgoing) => {
    // Whoever comes on an open connection while the server stops is told not to come on it again.
    if (closing !== undefined) outgoing.shouldKeepAlive = false;
    answer(incoming, outgoing);
  };
  const requestTimeout = Math.max(BODY_MS, deps.config.trainingSets.deadlineMs);
  const server: Server = createServer(
    // A request without Host is refused by the adapter, whose refusals we can put into words; Node's own are empty.
    { requestTimeout, headersTimeout: 20_000, keepAliveTimeout: 65_000, requireHostHeader: false },
    withArrivalDeadline(() => server, handle, { usualMs: BODY_MS, isUpload: isSpine }),
  );
  server.on("clientError", answerBrokenRequest);
  deps.slowReaders.watch(server);
  await listen(server, port, host);
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  const url = `http://${urlHost(host)}:${actual}`;
  deps.logger.info({ url, revision: deps.registry.revision() }, "listening");
  return {
    url,
    port: actual,
    close() {
      closing ??= drain(server, deps);
      return closing;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, host, port)));
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

function listenError(error: Error, host: string, port: number): unknown {
  const code = "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return new FeatstoreError(
      "port_in_use",
      `Port ${port} on ${host} is in use: stop what listens there, or set PORT to another.`,
      {
        cause: error,
      },
    );
  }
  if (code === "EACCES" || code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new FeatstoreError(
      "address_unavailable",
      `Cannot listen on ${host}, port ${port} (${code}): set HOST and PORT.`,
      {
        cause: error,
      },
    );
  }
  return error;
}

function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

async function drain(server: Server, deps: Deps): Promise<void> {
  deps.health.drain();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that falls idle after its last answer would hold the server open until its keep-alive ends.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), deps.config.deadlines.drainMs);
  server.closeIdleConnections();
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

/** A request that the adapter cannot make a URL of, such as one with a broken Host header; or a fault of the adapter. */
function notForTheApp(error: unknown): Response {
  const requestId = requestIdOf(undefined);
  const refusal =
    error instanceof Error && error.name === "RequestError"
      ? new FeatstoreError("invalid_request", `The request cannot be read: ${error.message}.`)
      : error;
  const problem = problemOf(refusal, requestId);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", "x-request-id": requestId },
  });
}

const BROKEN: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The request's head is longer than 16 KiB."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request did not arrive in time."],
};

/** What is no HTTP at all never reaches the app. */
function answerBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Duplex & { _httpMessage?: ServerResponse | null },
): void {
  if (!socket.writable || error.code === "ECONNRESET" || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const [status, detail] = BROKEN[error.code ?? ""] ?? ["400 Bad Request", "The request is not valid HTTP."];
  const requestId = requestIdOf(undefined);
  const problem = problemOf(new FeatstoreError("invalid_request", detail), requestId);
  const body = JSON.stringify({ ...problem, status: Number(status.slice(0, 3)) });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/problem+json\r\nx-request-id: ${requestId}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
