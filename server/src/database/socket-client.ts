import { createConnection, type Socket } from "node:net";
import { DatabaseError } from "./database-error";
import {
  type ClientCall,
  type ClientFrame,
  receiveFrames,
  type ServerFrame,
  sendFrame,
  socketProtocol,
} from "./socket-frames";

/** A server frame that belongs to a call. */
export type CallFrame = Exclude<ServerFrame, { kind: "hello" }>;

/** A call over the connection. */
export interface SocketCall {
  /** The next frame for this call; rejects with the call's error, and with `unreachable` when the connection ends. */
  next(): Promise<CallFrame>;
  send(
    frame: { readonly kind: "next" | "chunks_end" | "abort" } | { readonly kind: "chunk"; readonly text: string },
  ): void;
  /** Forgets the call; later frames for it are dropped. */
  end(): void;
}

export interface SocketClient {
  call(call: ClientCall, deadlineMs: number | undefined): SocketCall;
  readonly ended: boolean;
  close(): void;
}

interface Inbox {
  readonly frames: CallFrame[];
  wake: () => void;
}

const unreachable = (reason: string) =>
  new DatabaseError(
    "unreachable",
    `The server that holds the embedded database cannot be reached (${reason}).`,
    undefined,
    undefined,
    { advice: "repeat the command: if the server has ended, the command opens the database itself" },
  );

/** Connects to the server's socket. */
export async function connectSocketClient(path: string): Promise<SocketClient> {
  const inboxes = new Map<number, Inbox>();
  const socket: Socket = createConnection(path);
  let nextId = 1;
  let ended = false;

  socket.on("close", () => {
    ended = true;
    for (const { wake } of inboxes.values()) wake();
  });

  await new Promise<void>((resolve, reject) => {
    socket.on("error", (error: NodeJS.ErrnoException) => reject(unreachable(error.code ?? "no code")));
    socket.on("close", () => reject(unreachable("the connection ended")));
    receiveFrames<ServerFrame>(socket, (frame) => {
      if (frame.kind === "hello") {
        if (frame.protocol === socketProtocol) resolve();
        else {
          socket.destroy();
          reject(unreachable("it runs another version"));
        }
        return;
      }
      const inbox = inboxes.get(frame.id);
      inbox?.frames.push(frame);
      inbox?.wake();
    });
  });

  return {
    call(call, deadlineMs) {
      const id = nextId++;
      const inbox: Inbox = { frames: [], wake: () => {} };
      inboxes.set(id, inbox);
      const send = (frame: ClientFrame) => {
        if (!ended) sendFrame(socket, frame);
      };
      send({ id, kind: "call", deadlineMs, ...call });
      return {
        async next() {
          while (inbox.frames.length === 0) {
            if (ended) throw unreachable("the connection ended");
            await new Promise<void>((resolve) => {
              inbox.wake = resolve;
            });
          }
          const frame = inbox.frames.shift() as CallFrame;
          if (frame.kind !== "error") return frame;
          const { code, message, sqlState, detail } = frame.error;
          throw new DatabaseError(code, message, sqlState, detail);
        },
        send: (frame) => send({ id, ...frame }),
        end: () => inboxes.delete(id),
      };
    },
    get ended() {
      return ended;
    },
    close() {
      socket.destroy();
    },
  };
}
