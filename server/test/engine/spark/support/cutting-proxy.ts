import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface CuttingProxy {
  readonly url: string;
  /** The connections that were cut so far. */
  cuts(): number;
}

/**
 * Starts a proxy that destroys each connection after a random number of bytes from the server, `bytes` at most, until it has cut
 * `count` of them.
 */
export async function startCuttingProxy(
  target: string,
  { count, bytes, seed }: { readonly count: number; readonly bytes: number; readonly seed: number },
): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target.replace(/^sc:/, "http:"));
  const sockets = new Set<Socket>();
  const random = randomFrom(seed);
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let left = cuts < count ? Math.floor(random() * bytes) : Number.POSITIVE_INFINITY;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end).on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.pipe(upstream);
    upstream.on("data", (piece) => {
      if (client.destroyed) return;
      left -= piece.length;
      if (left < 0) {
        cuts += 1;
        // The bytes so far end within a message.
        client.write(piece.subarray(0, piece.length + left), end);
        upstream.pause();
      } else if (!client.write(piece)) upstream.pause();
    });
    client.on("drain", () => upstream.resume());
  });
  return { url: await listen(server, sockets), cuts: () => cuts };
}

/** Starts a proxy that destroys all its connections every `everyMs` milliseconds. */
export async function startTimedProxy(target: string, everyMs: number): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target.replace(/^sc:/, "http:"));
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    sockets.add(client);
    const upstream = connect(Number(port), hostname);
    client.pipe(upstream).pipe(client);
    upstream.on("error", () => client.destroy()).on("close", () => client.destroy());
    client
      .on("error", () => upstream.destroy())
      .on("close", () => {
        sockets.delete(client);
        upstream.destroy();
      });
  });
  const timer = setInterval(() => {
    cuts += sockets.size;
    for (const socket of sockets) socket.destroy();
  }, everyMs);
  onTestFinished(() => clearInterval(timer));
  return { url: await listen(server, sockets), cuts: () => cuts };
}

/** Lets a server take connections until the test ends; returns its address. */
async function listen(server: Server, sockets: ReadonlySet<Socket>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `sc://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Numbers from 0 to 1 that a seed determines (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
