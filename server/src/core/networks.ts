import { BlockList, isIP } from "node:net";

/** Addresses and networks of IPv4 and IPv6. */
export interface Networks {
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
      // A link-local address carries its interface: fe80::1%eth0.
      const plain = address.replace(/%.*$/, "");
      const version = isIP(plain);
      // The list also knows the IPv4 address within an IPv6 one, as a dual-stack socket reports it.
      return version !== 0 && list.check(plain, version === 4 ? "ipv4" : "ipv6");
    },
  };
}

/** Returns the networks of `requested` that none of `own` contains. An empty list stands for all addresses. */
export function networksBeyond(requested: readonly string[], own: readonly string[]): readonly string[] {
  if (own.length === 0) return [];
  if (requested.length === 0) return ["0.0.0.0/0", "::/0"];
  return requested.filter((text) => !own.some((ownText) => isWithin(text, ownText)));
}

/**
 * Returns what an address counts as in limits: an IPv6 address as its /64, because one client has all addresses of it.
 *
 * @example addressGroup("2001:db8::1") // "2001:db8:0:0::/64"
 */
export function addressGroup(address: string): string {
  const plain = address.replace(/%.*$/, "");
  if (isIP(plain) !== 6) return address;
  const [head = "", tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split("::");
  const groupsOf = (text: string) => text.split(":").filter((group) => group !== "");
  const [left, right] = [groupsOf(head), groupsOf(tail ?? "")];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return `${[...left, ...zeros, ...right].slice(0, 4).join(":")}::/64`;
}

function isWithin(text: string, ownText: string): boolean {
  const [inner, outer] = [networkOf(text), networkOf(ownText)];
  if (inner === undefined || outer === undefined || inner.family !== outer.family) return false;
  return inner.prefix >= outer.prefix && createNetworks([ownText]).has(inner.address);
}

function networkOf(text: string) {
  const [, address = "", prefixText] = /^([0-9a-fA-F.:]{2,45})(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  return prefix > bits ? undefined : { address, prefix, family: version === 4 ? ("ipv4" as const) : ("ipv6" as const) };
}
