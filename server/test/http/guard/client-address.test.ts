import { expect, test } from "vitest";
import { createClientAddresses } from "../../../src/http/guard/client-address";

const none = createClientAddresses([]);
const some = createClientAddresses(["10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48"]);

test.for([
  ["no header", "10.0.0.1", undefined, "10.0.0.1"],
  ["one address", "10.0.0.1", "198.51.100.7", "198.51.100.7"],
  ["the last address that is no proxy", "10.0.0.1", "198.51.100.6, 198.51.100.7 ,10.2.3.4,192.0.2.7", "198.51.100.7"],
  ["only proxies", "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
  ["an unknown connection", "192.0.2.8", "198.51.100.7", "192.0.2.8"],
  ["a text that is no address", "10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"],
  ["a text before a proxy", "10.0.0.1", '<script>", 10.0.0.2', "10.0.0.2"],
  ["an empty element", "10.0.0.1", "198.51.100.7,", "10.0.0.1"],
  ["ports", "10.0.0.1", "198.51.100.7:4711, 10.0.0.2:80", "198.51.100.7"],
  ["IPv6 with a port", "2001:db8:1::1", "[2001:db8:2::1]:443", "2001:db8:2::1"],
  ["IPv6", "2001:db8:1::1", "2001:db8:2::1, 2001:db8:1::2", "2001:db8:2::1"],
  ["IPv4 in IPv6", "::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"],
  ["no connection", "", "198.51.100.7", ""],
] as const)("%s", ([, connection, forwarded, client]) => {
  expect(some.of(connection, forwarded)).toBe(client);
});

test("believes no header without trusted proxies", () => {
  expect(none.of("10.0.0.1", "198.51.100.7")).toBe("10.0.0.1");
  expect(none.of("::ffff:10.0.0.1", undefined)).toBe("10.0.0.1");
});
