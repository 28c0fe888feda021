import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";

/** A request as it arrived: its head, and the number of its connection, from 1. */
export interface RawRequest {
  readonly head: string;
  readonly connection: number;
}

/** Answers a request, or does not. */
export type Behaviour = (socket: Socket, request: RawRequest) => void;

export interface MisbehavingServer {
  readonly baseUrl: string;
  readonly seen: RawRequest[];
  /** Sets what happens to the next requests, one after the other; the last behaviour repeats. */
  behave(...behaviours: readonly Behaviour[]): void;
  close(): Promise<void>;
}

/** Starts a TCP server on a loopback port that treats each request as a test says. */
export async function startMisbehavingServer(): Promise<MisbehavingServer> {
  const seen: RawRequest[] = [];
  const sockets = new Set<Socket>();
  let behaviours: readonly Behaviour[] = [hang];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    let text = "";
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (data) => {
      text += data.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
      if (end === -1 || text.length < end + 4 + length) return;
      const request = { head: text.slice(0, end), connection };
      text = "";
      seen.push(request);
      const [next = hang, ...rest] = behaviours;
      if (rest.length > 0) behaviours = rest;
      next(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    seen,
    behave(...next) {
      seen.length = 0;
      behaviours = next;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Never answers. */
export const hang: Behaviour = () => undefined;

/** Resets the connection. */
export const reset: Behaviour = (socket) => void socket.resetAndDestroy();

/** Closes the connection without a byte. */
export const hangUp: Behaviour = (socket) => void socket.end();

/** Sends an answer. */
export function send(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (socket) => void socket.write(textOf(status, body, headers));
}

/** Sends the first bytes of an answer's body and closes the connection. */
export function cutAfter(bytes: number, body: string): Behaviour {
  return (socket) => {
    const text = textOf(200, body, {});
    socket.end(text.slice(0, text.length - body.length + bytes));
  };
}

function textOf(status: number, body: string, headers: Readonly<Record<string, string>>): string {
  const all = {
    "content-type": "application/json",
    "x-request-id": "r-1",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n${body}`;
}
