import type { IncomingMessage, RequestListener } from "node:http";
import type { Socket } from "node:net";
import { hasBody } from "./arrival-deadline";

/** How much a connection may still send after its response, and for how long. */
export interface DiscardLimits {
  readonly maxBytes: number;
  readonly maxMs: number;
}

/**
 * Reads and drops what a client still sends after its response, so that it can read the response. Closing a socket with
 * unread bytes resets the connection, and the client's system then drops the response too. Beyond the limits the
 * connection is closed anyway.
 */
export function withDiscardedBodies(listener: RequestListener, limits: DiscardLimits): RequestListener {
  return (incoming, outgoing) => {
    if (hasBody(incoming)) {
      // Runs first, because Node's own listener closes a connection that is not kept alive.
      outgoing.prependOnceListener("finish", () => {
        if (!incoming.complete) discardRest(incoming, limits);
      });
    }
    listener(incoming, outgoing);
  };
}

function discardRest(incoming: IncomingMessage, limits: DiscardLimits): void {
  const { socket } = incoming;
  let isLastAnswer = false;
  // Node calls this after the last response of a connection. The client reads the end of the responses and may go on
  // sending.
  socket.destroySoon = () => {
    isLastAnswer = true;
    socket.end();
  };
  const limit = limitReading(socket, limits);
  // A handler that stopped in the middle of the body may have paused it.
  incoming.removeAllListeners("data");
  // Node itself drops a body that nobody has read from, without counting it.
  incoming.read();
  incoming.on("data", limit.check);
  incoming.once("end", () => {
    limit.lift();
    Reflect.deleteProperty(socket, "destroySoon");
    if (isLastAnswer) socket.destroySoon();
  });
  incoming.resume();
}

/** A limit on a connection that goes on sending. */
export interface ReadingLimit {
  /** Closes the connection if it has received too many bytes by now. */
  check(): void;
  lift(): void;
}

/** Limits what a connection may receive from now on: the bytes at each check, the time with a timer. */
export function limitReading(socket: Socket, { maxBytes, maxMs }: DiscardLimits): ReadingLimit {
  const before = socket.bytesRead;
  const timer = setTimeout(() => socket.destroy(), maxMs);
  const lift = (): void => clearTimeout(timer);
  socket.once("close", lift);
  return {
    check() {
      if (socket.bytesRead - before > maxBytes) socket.destroy();
    },
    lift() {
      lift();
      socket.off("close", lift);
    },
  };
}
