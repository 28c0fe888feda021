import { isIP, isIPv4 } from "node:net";
import { createNetworks } from "../../core/index";

/** Finds the address of a request's client. */
export interface ClientAddresses {
  /** `connection`: the address at the other end of the connection. `forwarded`: the header `X-Forwarded-For`. */
  of(connection: string, forwarded: string | undefined): string;
}

/**
 * Believes the header only of trusted proxies, given as addresses and networks. Each proxy appends the address that it
 * sees, so the client is the last address that is no trusted proxy; what stands before it may be invented.
 */
export function createClientAddresses(trustedProxies: readonly string[]): ClientAddresses {
  if (trustedProxies.length === 0) return { of: plain };
  const trusted = createNetworks(trustedProxies);
  return {
    of(connection, forwarded) {
      let address = plain(connection);
      let end = forwarded?.length ?? 0;
      while (end > 0 && forwarded !== undefined && trusted.has(address)) {
        const comma = forwarded.lastIndexOf(",", end - 1);
        const before = addressIn(forwarded.slice(comma + 1, end).trim());
        if (before === undefined) return address;
        address = before;
        end = comma;
      }
      return address;
    },
  };
}

/** Returns the IPv4 address of an IPv6 socket as such: `::ffff:192.0.2.7` and `192.0.2.7` are one client. */
function plain(address: string): string {
  return address.startsWith("::ffff:") && isIPv4(address.slice(7)) ? address.slice(7) : address;
}

/** Parses an element of the header, which may have a port: `192.0.2.7:443`, `[2001:db8::1]:443`. */
function addressIn(element: string): string | undefined {
  if (isIP(element) !== 0) return plain(element);
  const [, inBrackets, beforePort] = /^(?:\[([^\]]+)\](?::\d+)?|([^:]+):\d+)$/.exec(element) ?? [];
  const address = inBrackets ?? beforePort ?? "";
  return isIP(address) === 0 ? undefined : plain(address);
}
