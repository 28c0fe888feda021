import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Disconnects clients that do not read their responses. */
export interface SlowReaders {
  /** Watches the server's connections until it closes. */
  watch(server: Server): void;
  /** Bytes of responses that were not read yet, as of the last check. */
  unsentBytes(): number;
  /** Connections cut so far: because one read nothing for too long, or because all together held too many bytes. */
  cut(): { readonly stalled: number; readonly crowded: number };
}

export interface SlowReadersOptions {
  /** How long a client may read nothing of a response that is being sent. */
  readonly stallMs: number;
  /**
   * Bytes that may be held for all clients. Beyond them, clients that read nothing since the last check are cut, the
   * largest first.
   */
  readonly maxUnsentBytes: number;
  /** Milliseconds between checks. Default: 1000. */
  readonly lookMs?: number;
}

/** Node's socket with its current response, if there is one. */
type CarryingSocket = Socket & { readonly _httpMessage?: object | null };

/**
 * Limits the bytes and the time of responses in memory: a response stays there until its client reads it, and no longer
 * holds a slot of admission. Costs a request nothing.
 */
export function createSlowReaders({ stallMs, maxUnsentBytes, lookMs = 1000 }: SlowReadersOptions): SlowReaders {
  const sockets = new Set<Socket>();
  const before = new WeakMap<Socket, number>();
  let unsent = 0;
  let stalled = 0;
  let crowded = 0;

  const look = (): void => {
    unsent = 0;
    const stuck: Socket[] = [];
    for (const socket of sockets) {
      const held = socket.writableLength;
      unsent += held;
      if (held > 0 && before.get(socket) === held) stuck.push(socket);
      before.set(socket, held);
    }
    if (unsent <= maxUnsentBytes) return;
    for (const socket of stuck.sort((left, right) => right.writableLength - left.writableLength)) {
      if (unsent <= maxUnsentBytes) return;
      unsent -= socket.writableLength;
      crowded += 1;
      socket.destroy();
    }
  };

  return {
    watch(server) {
      server.on("connection", (socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
      });
      // Node also sees progress within a large write. Without a listener it would cut requests in progress.
      server.setTimeout(stallMs, (socket: CarryingSocket) => {
        const isStalled = socket.writableLength > 0;
        if (!isStalled && socket._httpMessage) return;
        if (isStalled) stalled += 1;
        socket.destroy();
      });
      const timer = setInterval(look, lookMs);
      timer.unref();
      server.once("close", () => clearInterval(timer));
    },
    unsentBytes: () => unsent,
    cut: () => ({ stalled, crowded }),
  };
}
