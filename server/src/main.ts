import type { RequestListener, Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createApp, createSingleRead } from "./app";
import { FeatstoreError } from "./core/index";
import type { Deps } from "./deps";
import { createHttpServer, refuseUnreadable, withDirectReads } from "./http/index";

/** A listening server. */
export interface RunningServer {
  /** The URL for this machine: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /**
   * Stops listening, gives running requests at most `deadlines.drainMs` to end, then cuts them. The deps stay open:
   * close them afterwards.
   */
  close(): Promise<void>;
}

const SWEEP_MS = 50;

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
  // By default the adapter cuts a client that is still sending half a second after its response.
  const routed = getRequestListener(app.fetch, { errorHandler: refuseUnreadable, autoCleanupIncoming: false });
  const answer = withDirectReads(createSingleRead(deps), routed);
  const handle: RequestListener = (incoming, outgoing) => {
    // Requests on open connections during shutdown are answered with `Connection: close`.
    if (closing !== undefined) outgoing.shouldKeepAlive = false;
    answer(incoming, outgoing);
  };
  const { limits, deadlines, trainingSets } = deps.config;
  const server = createHttpServer(handle, {
    uploadMs: trainingSets.deadlineMs,
    discard: { maxBytes: limits.discardBytes, maxMs: deadlines.discardMs },
  });
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
      `Port ${port} on ${host} is in use: stop the process that listens there, or set PORT to another port.`,
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
  // A connection that becomes idle after its last response would keep the server open until its keep-alive ends.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), deps.config.deadlines.drainMs);
  server.closeIdleConnections();
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
