import { BlockList, isIP } from "node:net";

/** The networks that a key may be used from. */
export interface Networks {
  /** `address`: the client's; empty if it is not known, which is never contained. */
  contain(address: string): boolean;
}

interface Network {
  readonly address: string;
  readonly family: "ipv4" | "ipv6";
  readonly prefix: number;
}

/** Parses `10.0.0.0/8`, `2001:db8::/32` or a single address; undefined if it is none of them. */
function parseNetwork(text: string): Network | undefined {
  const [, address = "", digits] = /^([0-9a-fA-F:.]{2,45})(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefix = digits === undefined ? bits : Number(digits);
  return prefix > bits ? undefined : { address, family: version === 4 ? "ipv4" : "ipv6", prefix };
}

export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

/** Creates the set of networks of a key. Texts that are not networks contain nothing. */
export function createNetworks(texts: readonly string[]): Networks {
  const list = new BlockList();
  for (const network of texts.map(parseNetwork)) {
    if (network !== undefined) list.addSubnet(network.address, network.prefix, network.family);
  }
  return {
    contain(address) {
      // A link-local address carries its interface: fe80::1%eth0.
      const plain = address.replace(/%.*$/, "");
      const version = isIP(plain);
      // IPv4-mapped IPv6 addresses, as a dual-stack socket reports them, match rules of IPv4.
      return version !== 0 && list.check(plain, version === 4 ? "ipv4" : "ipv6");
    },
  };
}

/** Returns the networks of `requested` that none of `own` contains. Without own networks every address is allowed. */
export function networksBeyond(requested: readonly string[], own: readonly string[]): readonly string[] {
  if (own.length === 0) return [];
  // A key without networks may be used from anywhere.
  if (requested.length === 0) return ["0.0.0.0/0", "::/0"];
  return requested.filter((text) => !own.some((ownText) => isWithin(text, ownText)));
}

function isWithin(text: string, ownText: string): boolean {
  const [inner, outer] = [parseNetwork(text), parseNetwork(ownText)];
  if (inner === undefined || outer === undefined || inner.family !== outer.family) return false;
  return inner.prefix >= outer.prefix && createNetworks([ownText]).contain(inner.address);
}
