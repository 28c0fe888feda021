import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";

export interface TlsPostgresOptions {
  /** The server behind it, without TLS. */
  readonly url: string;
  /** Absent: it rejects TLS. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

const SSL_REQUEST_BYTES = 8;
const SSL_REQUEST_CODE = 80_877_103;

/** Puts TLS in front of a PostgreSQL as PostgreSQL does it: a client asks for it first. Counts both kinds of connections. */
export async function openTlsPostgres({ url, certificate }: TlsPostgresOptions) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const counts = { tls: 0, plain: 0 };
  const keep = <Kept extends Socket>(socket: Kept): Kept => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };
  const forward = (near: Socket, first?: Buffer): void => {
    const far = keep(connect(Number(target.port), target.hostname));
    if (first !== undefined) far.write(first);
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  };
  const receive = (near: Socket): void => {
    near.once("data", (first) => {
      near.pause();
      const asks = first.length === SSL_REQUEST_BYTES && first.readUInt32BE(4) === SSL_REQUEST_CODE;
      if (!asks) {
        counts.plain += 1;
        forward(near, first);
      } else if (certificate === undefined) {
        near.write("N");
        near.resume();
        receive(near);
      } else {
        counts.tls += 1;
        near.write("S");
        forward(keep(new TLSSocket(near, { isServer: true, ...certificate })));
      }
    });
  };
  const server = createServer((near) => receive(keep(near)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    counts,
    /** The url of it, with another host name and parameters. */
    url(host: string, query: string) {
      const own = new URL(url);
      own.host = `${host}:${port}`;
      own.search = query;
      return own.href;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
