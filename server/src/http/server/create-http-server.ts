import { createServer, type RequestListener, type Server } from "node:http";
import { isSpine, withArrivalDeadline } from "./arrival-deadline";
import { refuseBrokenRequests } from "./refused-requests";
import { type DiscardLimits, withDiscardedBodies } from "./unread-bodies";

const BODY_MS = 60_000;

/**
 * Creates a server that also answers the requests that Node does not pass on, and limits the time of bodies: `uploadMs` for
 * spines, a minute for all others.
 */
export function createHttpServer(
  handle: RequestListener,
  { uploadMs, discard }: { readonly uploadMs: number; readonly discard: DiscardLimits },
): Server {
  const requestTimeout = Math.max(BODY_MS, uploadMs);
  const server: Server = createServer(
    // The adapter rejects requests without Host, with a response that we can set; Node's own is empty.
    { requestTimeout, headersTimeout: 20_000, keepAliveTimeout: 65_000, requireHostHeader: false },
    withDiscardedBodies(
      withArrivalDeadline(() => server, handle, { usualMs: BODY_MS, isUpload: isSpine }),
      discard,
    ),
  );
  refuseBrokenRequests(server, discard);
  return server;
}
