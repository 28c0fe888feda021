import { isIP } from "node:net";
import { connect } from "node:tls";

/** Where a service listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface TlsHandshake {
  /** Node's code of the reason why its certificate is not trusted; null if it is. */
  readonly distrust: string | null;
}

/** Tries a TLS handshake, whatever the certificate. Returns undefined if the other side does not speak TLS. */
export function tryTls({ host, port }: Address, timeoutMs = 1000): Promise<TlsHandshake | undefined> {
  return new Promise((resolve) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...name, rejectUnauthorized: false, timeout: timeoutMs });
    const end = (result: TlsHandshake | undefined): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once("secureConnect", () => {
      const { authorized, authorizationError: reason } = socket;
      end({ distrust: authorized ? null : reason instanceof Error ? reason.message : String(reason) });
    });
    socket.once("timeout", () => end(undefined));
    socket.on("error", () => end(undefined));
  });
}
