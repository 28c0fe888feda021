import { chmod } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import type { CallOptions, Database, QueryOptions } from "./database";
import { DatabaseError } from "./database-error";
import {
  type ClientFrame,
  encodeRows,
  receiveFrames,
  type ServerFrame,
  sendFrame,
  socketProtocol,
} from "./socket-frames";

/** A database on a Unix socket; `close` ends every connection and aborts their calls, but leaves the database open. */
export interface DatabaseSocket {
  close(): Promise<void>;
}

/** A call in progress on behalf of a client. */
interface ServedCall {
  readonly abort: AbortController;
  /** For stream and copyTo: requests a chunk. For copyFrom: passes a chunk, or the end. */
  advance: (chunk?: string) => void;
}

/**
 * Serves a database to other processes of the same user on a Unix socket (mode 0600), until `close`. The client is
 * `createSocketDatabase`. The calls of a client that disconnects are aborted.
 *
 * @example const socket = await serveDatabase(database, folder.socketPath);
 */
export async function serveDatabase(database: Database, path: string): Promise<DatabaseSocket> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serveClient(database, socket);
  });
  // Other users must not connect between the creation of the socket and the change of its mode.
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
  } finally {
    process.umask(mask);
  }
  await chmod(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serveClient(database: Database, socket: Socket): void {
  const calls = new Map<number, ServedCall>();
  const send = (frame: ServerFrame) => {
    if (socket.writable) sendFrame(socket, frame);
  };
  socket.on("error", () => {});
  socket.on("close", () => {
    for (const { abort } of calls.values()) abort.abort();
  });
  send({ kind: "hello", protocol: socketProtocol });

  receiveFrames<ClientFrame>(socket, (frame) => {
    const running = calls.get(frame.id);
    switch (frame.kind) {
      case "call": {
        const call: ServedCall = { abort: new AbortController(), advance: () => {} };
        calls.set(frame.id, call);
        serveCall(database, frame, call, send)
          .then(
            (count) => send({ id: frame.id, kind: "done", count }),
            (error: unknown) => send({ id: frame.id, kind: "error", error: errorFrame(error) }),
          )
          .finally(() => calls.delete(frame.id));
        break;
      }
      case "next":
        running?.advance();
        break;
      case "chunk":
        running?.advance(frame.text);
        break;
      case "chunks_end":
        running?.advance();
        break;
      case "abort":
        running?.abort.abort();
        break;
    }
  });
}

function errorFrame(error: unknown) {
  if (error instanceof DatabaseError) {
    const { code, message, sqlState, detail } = error;
    return { code, message, sqlState, detail };
  }
  return { code: "unreachable" as const, message: "The server could not run the call." };
}

function queryOptions(
  { ownTransaction }: Extract<ClientFrame, { method: "query" }>,
  options: CallOptions,
): QueryOptions {
  return ownTransaction === undefined ? options : { ...options, ownTransaction };
}

/** Runs a call to its end and returns its row count, 0 if it has none. */
async function serveCall(
  database: Database,
  frame: Extract<ClientFrame, { kind: "call" }>,
  call: ServedCall,
  send: (frame: ServerFrame) => void,
): Promise<number> {
  const { id } = frame;
  const { signal } = call.abort;
  const options: CallOptions = { signal, ...(frame.deadlineMs === undefined ? {} : { deadlineMs: frame.deadlineMs }) };
  switch (frame.method) {
    case "query":
      send({ id, kind: "rows", ...encodeRows(await database.query(frame, queryOptions(frame, options))) });
      return 0;
    case "script":
      await database.script(frame.text, options);
      return 0;
    case "stream": {
      const requests = clientMessages(call);
      await requests.next();
      const chunkRows = frame.chunkRows === undefined ? {} : { chunkRows: frame.chunkRows };
      for await (const rows of database.stream(frame, { ...options, ...chunkRows })) {
        send({ id, kind: "rows", ...encodeRows(rows) });
        await requests.next();
      }
      return 0;
    }
    case "copyFrom":
      return database.copyFrom(frame, receivedChunks(id, call, send), options);
    case "copyTo": {
      const requests = clientMessages(call);
      await requests.next();
      for await (const bytes of database.copyTo(frame.text, options)) {
        send({
          id,
          kind: "bytes",
          base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
        });
        await requests.next();
      }
      return 0;
    }
    case "listen": {
      const end = await database.listen(
        frame.channel,
        (payload) => send({ id, kind: "payload", payload }),
        () => send({ id, kind: "lost" }),
      );
      send({ id, kind: "ready" });
      await aborted(signal);
      await end();
      return 0;
    }
  }
}

/** Returns the client's messages for a call, one at a time; rejects when the call is aborted. */
function clientMessages(call: ServedCall): { next(): Promise<string | undefined> } {
  const arrived: (string | undefined)[] = [];
  let wake = () => {};
  call.advance = (chunk) => {
    arrived.push(chunk);
    wake();
  };
  const { signal } = call.abort;
  signal.addEventListener("abort", () => wake(), { once: true });
  return {
    async next() {
      while (arrived.length === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (arrived.length === 0) throw new DatabaseError("aborted", "The call was aborted.");
      return arrived.shift();
    },
  };
}

async function* receivedChunks(
  id: number,
  call: ServedCall,
  send: (frame: ServerFrame) => void,
): AsyncGenerator<string> {
  const received = clientMessages(call);
  for (;;) {
    send({ id, kind: "ready" });
    const chunk = await received.next();
    if (chunk === undefined) return;
    yield chunk;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
