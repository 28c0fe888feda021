import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { type DiscardLimits, withDiscardedBodies } from "../../../src/http/server/unread-bodies";

const MANY_BYTES = 16 * 1_048_576;
const WIDE: DiscardLimits = { maxBytes: 2 * MANY_BYTES, maxMs: 600_000 };

let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  server.close();
});

async function listen(listener: RequestListener, limits: DiscardLimits): Promise<void> {
  // Node would close an idle connection by itself.
  server = createServer({ keepAliveTimeout: 0 }, withDiscardedBodies(listener, limits));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
}

/** A client that reads nothing yet. */
function open(): Socket {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  sockets.push(socket);
  return socket;
}

function head(bytes: number, connection: string): string {
  return `POST /a HTTP/1.1\r\nhost: x\r\nconnection: ${connection}\r\ncontent-length: ${bytes}\r\n\r\n`;
}

/** Resolves when the bytes are handed to the system, which accepts as many as the other side reads. */
function send(socket: Socket, bytes: Buffer | string): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}

function closeOf(socket: Socket): Promise<void> {
  socket.resume();
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

const refuse: RequestListener = (_, outgoing) => outgoing.writeHead(401, { "content-length": 3 }).end("no!");

const refuseAfterTheFirstPiece: RequestListener = (incoming, outgoing) => {
  incoming.once("data", () => {
    incoming.pause();
    refuse(incoming, outgoing);
  });
};

describe.each([
  ["without reading the body", refuse],
  ["in the middle of the body", refuseAfterTheFirstPiece],
])("a refusal %s", (_, listener) => {
  test("reaches a client that sends its whole body first, on a closing connection", async () => {
    await listen(listener, WIDE);
    const socket = open();
    await send(socket, head(MANY_BYTES, "close"));
    await send(socket, Buffer.alloc(MANY_BYTES));
    expect(await text(socket)).toMatch(/^HTTP\/1.1 401 [\s\S]*\r\n\r\nno!$/);
  });

  test("keeps a kept-alive connection usable for the next request", async () => {
    await listen((incoming, outgoing) => {
      if (incoming.url === "/a") listener(incoming, outgoing);
      else outgoing.end("yes");
    }, WIDE);
    const socket = open();
    await send(socket, head(MANY_BYTES, "keep-alive"));
    await send(socket, Buffer.alloc(MANY_BYTES));
    await send(socket, "GET /b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(await text(socket)).toMatch(/^HTTP\/1.1 401 [\s\S]*\r\n\r\nno!HTTP\/1.1 200 [\s\S]*yes/);
  });

  test.each(["close", "keep-alive"])(
    "closes the connection when a client sends more than the allowed bytes, with %s",
    async (kind) => {
      await listen(listener, { ...WIDE, maxBytes: 1000 });
      const socket = open();
      const closed = closeOf(socket);
      await send(socket, head(MANY_BYTES, kind));
      await send(socket, Buffer.alloc(MANY_BYTES));
      await closed;
    },
  );

  test.each(["close", "keep-alive"])(
    "closes the connection when the rest takes longer than the allowed time, with %s",
    async (kind) => {
      await listen(listener, { ...WIDE, maxMs: 20 });
      const socket = open();
      const closed = closeOf(socket);
      await send(socket, `${head(MANY_BYTES, kind)}first piece`);
      await closed;
    },
  );
});

test("a client that is still sending can read the end of the last response", async () => {
  await listen(refuse, WIDE);
  const socket = open();
  socket.write(head(10, "close"));
  expect(await text(socket)).toContain("no!");
});

test("does not limit a body that arrived before the response", async () => {
  await listen(
    (incoming, outgoing) => {
      void text(incoming).then((body) => outgoing.end(`got ${body}`));
    },
    { maxBytes: 0, maxMs: 0 },
  );
  const socket = open();
  socket.write(`${head(3, "keep-alive")}abc`);
  socket.resume();
  const [first] = await once(socket, "data");
  expect(String(first)).toContain("got abc");
  socket.write(`${head(3, "close")}def`);
  expect(await text(socket)).toContain("got def");
});
