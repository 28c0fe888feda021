import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createSlowReaders, type SlowReaders, type SlowReadersOptions } from "../../../src/http/server/slow-readers";

/** More than the system's buffers hold of it. */
const LARGE = Buffer.alloc(64 * 1_048_576, "x");

let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.closeAllConnections();
  server?.close();
});

async function open(options: SlowReadersOptions, answer: (outgoing: ServerResponse) => void): Promise<SlowReaders> {
  const slowReaders = createSlowReaders(options);
  server = createServer((_, outgoing) => answer(outgoing));
  slowReaders.watch(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return slowReaders;
}

/** Sends a request, and reads nothing. */
function ask(): Socket {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  sockets.push(socket);
  return socket;
}

test("cuts a client that does not read its response for too long", async () => {
  const slowReaders = await open({ stallMs: 50, maxUnsentBytes: Number.MAX_SAFE_INTEGER }, (outgoing) =>
    outgoing.end(LARGE),
  );
  ask();
  await expect.poll(() => slowReaders.cut(), { timeout: 20_000 }).toEqual({ stalled: 1, crowded: 0 });
});

test("does not cut a request that is processed for long; cuts its connection when nothing more arrives", async () => {
  let finish = (): void => undefined;
  const slowReaders = await open({ stallMs: 30, maxUnsentBytes: 1 }, (outgoing) => {
    finish = () => outgoing.end("done");
  });
  server.keepAliveTimeout = 30;
  const timeouts: unknown[] = [];
  server.on("timeout", (socket) => timeouts.push(socket));
  const socket = ask();
  await expect.poll(() => timeouts.length, { timeout: 20_000 }).toBeGreaterThan(0);
  const answer = once(socket, "data");
  socket.resume();
  finish();
  expect(String((await answer)[0])).toContain("done");
  await once(socket, "close");
  expect(slowReaders.cut()).toEqual({ stalled: 0, crowded: 0 });
});

test("cuts the clients that read nothing, when all together hold too much, until the rest fits", async () => {
  const maxBytes = 2.5 * LARGE.length;
  const slowReaders = await open({ stallMs: 600_000, maxUnsentBytes: maxBytes, lookMs: 20 }, (outgoing) =>
    outgoing.end(LARGE),
  );
  for (let client = 0; client < 5; client++) ask();
  await expect.poll(() => slowReaders.cut().crowded, { timeout: 20_000 }).toBeGreaterThan(0);
  await expect.poll(() => slowReaders.unsentBytes(), { timeout: 20_000 }).toBeLessThanOrEqual(maxBytes);
  expect(slowReaders.cut().crowded).toBeLessThan(5);
  expect(slowReaders.cut().stalled).toBe(0);
});
