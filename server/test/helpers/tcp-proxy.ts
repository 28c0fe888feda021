import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A proxy that can be cut off: connections to `port` reach the target while it is up. */
export interface TcpProxy {
  readonly port: number;
  /** Closes every connection and refuses new ones. */
  down(): Promise<void>;
  /** Closes every connection; accepts new ones, and never responds. */
  silence(): Promise<void>;
  /** Closes every connection; sends these bytes to each new one, and closes it. */
  reject(bytes: Uint8Array): Promise<void>;
  /** Cuts off everything, as `down` does, once the target has sent so many further bytes. */
  downAfter(bytes: number): void;
  /** Accepts connections again, on the same port. */
  up(): Promise<void>;
  /** Counts the accepted connections so far. */
  taken(): number;
}

export async function openTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let server: Server;
  let port = 0;
  let taken = 0;
  let bytesLeft = Number.POSITIVE_INFINITY;
  let take: ((near: Socket) => void) | undefined;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
  };
  const up = async () => {
    server = createServer((near) => {
      taken += 1;
      keep(near);
      if (take !== undefined) {
        take(near);
        return;
      }
      const far = connect(target.port, target.host);
      keep(far);
      near.pipe(far).pipe(near);
      far.on("data", ({ length }: Buffer) => {
        const isOpen = bytesLeft > 0;
        bytesLeft -= length;
        if (isOpen && bytesLeft <= 0) void down();
      });
      near.on("close", () => far.destroy());
      far.on("close", () => near.destroy());
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  };
  const down = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const replace = async (next: (near: Socket) => void) => {
    await down();
    take = next;
    await up();
  };
  await up();
  return {
    get port() {
      return port;
    },
    async up() {
      if (take !== undefined) await down();
      take = undefined;
      bytesLeft = Number.POSITIVE_INFINITY;
      await up();
    },
    down,
    downAfter: (bytes) => {
      bytesLeft = bytes;
    },
    silence: () => replace(() => undefined),
    reject: (bytes) => replace((near) => near.once("data", () => near.end(bytes))),
    taken: () => taken,
  };
}
