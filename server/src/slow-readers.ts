import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Cuts clients that do not take their answers. */
export interface SlowReaders {
  /** From now on the server's connections are seen to, until it closes. */
  watch(server: Server): void;
  /** Bytes of answers that were not taken yet, as of the last look. */
  unsentBytes(): number;
  /** Connections that were cut so far: for taking nothing for too long, or because all together held too much. */
  cut(): { readonly stalled: number; readonly crowded: number };
}

export interface SlowReadersOptions {
  /** How long a client may take nothing of an answer that is being sent. */
  readonly stallMs: number;
  /** How much may be held for all clients; beyond it those go that took nothing since the last look, the largest first. */
  readonly maxUnsentBytes: number;
  /** How often to look. Default 1000. */
  readonly lookMs?: number;
}

/** Node's socket with the answer that it carries, if there is one. */
type CarryingSocket = Socket & { readonly _httpMessage?: object | null };

/**
 * An answer is held in memory until its client takes it, and no longer by a slot of admission. So what is bounded here
 * is bytes and time; it costs a request nothing.
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
      // Node sees progress within a large write too; without a listener it would cut requests that are worked on.
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
