import { Http2SessionManager } from "@connectrpc/connect-node";

/** The connection of a client, which is opened again when it is lost. */
export interface Connection extends Pick<Http2SessionManager, "authority" | "request" | "notifyResponseByteRead"> {
  /** Ends the connection and all calls on it. */
  close(): void;
}

/** `createConnection("http://localhost:15002")`. The first request opens it. */
export function createConnection(baseUrl: string): Connection {
  const manager = new Http2SessionManager(baseUrl);
  const seen = new WeakSet<object>();
  return {
    authority: manager.authority,
    async request(...request) {
      const stream = await manager.request(...request);
      const { session } = stream;
      if (session !== undefined && !seen.has(session)) {
        seen.add(session);
        // The manager listens to the first error of a connection only. Node ends the process at the next one, such as the second
        // line from a port of another protocol.
        session.on("error", () => {});
      }
      return stream;
    },
    notifyResponseByteRead: (stream) => manager.notifyResponseByteRead(stream),
    close: () => manager.abort(),
  };
}
