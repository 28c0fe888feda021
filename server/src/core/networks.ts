import { BlockList, isIP } from "node:net";

/** Addresses and networks of IPv4 and IPv6. */
interface Networks {
  /** Returns false for a text that is no address. */
  has(address: string): boolean;
}

/** Returns whether a text is an address, `192.0.2.7`, or a network, `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  return networkOf(text) !== undefined;
}

/** Creates a set of addresses and networks. Errors: a text that is neither. */
export function createNetworks(texts: readonly string[]): Networks {
  const list = new BlockList();
  for (const text of texts) {
    const network = networkOf(text);
    if (network === undefined) throw new Error(`neither an address nor a network: ${text}`);
    list.addSubnet(network.address, network.prefix, network.family);
  }
  return {
    has(address) {
      const version = isIP(address);
      // The list also knows the IPv4 address within an IPv6 one.
      return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
    },
  };
}

function networkOf(text: string) {
  const [, address = "", prefixText] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  return prefix > bits ? undefined : { address, prefix, family: version === 4 ? ("ipv4" as const) : ("ipv6" as const) };
}
