import { expect, test } from "vitest";
import { addressGroup } from "../../src/core/networks";

test("an IPv6 address counts as its /64, and an IPv4 address as itself", () => {
  expect(addressGroup("192.0.2.7")).toBe("192.0.2.7");
  expect(addressGroup("")).toBe("");
  const inOneNetwork = ["2001:db8::1", "2001:DB8:0:0:ffff::", "2001:db8:0:0:1:2:3:4", "2001:0db8::1%eth0"];
  expect(new Set(inOneNetwork.map(addressGroup))).toEqual(new Set(["2001:db8:0:0::/64"]));
  expect(addressGroup("2001:db8:0:1::1")).toBe("2001:db8:0:1::/64");
  expect(addressGroup("::1")).toBe("0:0:0:0::/64");
});
