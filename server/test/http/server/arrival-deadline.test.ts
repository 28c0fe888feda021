import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isSpine, withArrivalDeadline } from "../../../src/http/server/arrival-deadline";

let server: Server;
beforeEach(async () => {
  server = createServer(
    withArrivalDeadline(
      () => server,
      (incoming, outgoing) => {
        text(incoming).then(
          (body) => outgoing.writeHead(200, { connection: "close" }).end(`got ${body}`),
          () => undefined,
        );
      },
      { usualMs: 30, isUpload: isSpine },
    ),
  );
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => socket.end(`cut: ${error.code}`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends the request head and the first half of the body. */
function begin(path: string): { readonly socket: Socket; readonly answer: Promise<string> } {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\nabc`);
  return { socket, answer: text(socket) };
}

test("cuts a request whose body arrives too slowly; a spine upload has a longer limit", async () => {
  const spines = [begin("/api/training-sets"), begin("/api/training-sets?service=x")];
  for (const path of ["/api/features/batch", "/api/training-sets/abc", "/api/training-setsx"])
    expect(await begin(path).answer).toBe("cut: ERR_HTTP_REQUEST_TIMEOUT");
  for (const { socket, answer } of spines) {
    socket.write("def");
    expect(await answer).toContain("got abcdef");
  }
});

test("does not cut a request that has arrived, however long its response takes", async () => {
  const slow = begin("/api/features/batch");
  slow.socket.write("def");
  expect(await slow.answer).toContain("got abcdef");
});
