import type { IncomingMessage, RequestListener, Server } from "node:http";

/**
 * Has a request's body come within `usualMs`, unless it is an upload, for which the server's own `requestTimeout` holds:
 * one that comes too slowly is told to `clientError` as Node tells of its own timeouts.
 */
export function withArrivalDeadline(
  server: () => Server,
  listener: RequestListener,
  { usualMs, isUpload }: { readonly usualMs: number; readonly isUpload: (incoming: IncomingMessage) => boolean },
): RequestListener {
  return (incoming, outgoing) => {
    if (hasBody(incoming) && !isUpload(incoming)) {
      const timer = setTimeout(() => {
        if (incoming.complete) return;
        const error = Object.assign(new Error("Request timeout"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
        server().emit("clientError", error, incoming.socket);
      }, usualMs);
      timer.unref();
      outgoing.once("close", () => clearTimeout(timer));
    }
    listener(incoming, outgoing);
  };
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || headers["content-length"] !== undefined;
}

/** A spine, which may be large. */
export function isSpine({ method, url = "" }: IncomingMessage): boolean {
  return method === "POST" && (url === "/api/training-sets" || url.startsWith("/api/training-sets?"));
}
