import type { IncomingMessage, RequestListener, Server } from "node:http";

/**
 * Limits the arrival of a request's body to `usualMs`, except for uploads, which have the server's own
 * `requestTimeout`. Reports a late body to `clientError`, as Node reports its own timeouts.
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

/** Returns whether a request uploads a spine, which may be large. */
export function isSpine({ method, url = "" }: IncomingMessage): boolean {
  return method === "POST" && (url === "/api/training-sets" || url.startsWith("/api/training-sets?"));
}
