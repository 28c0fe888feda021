import { expect, test } from "vitest";
import { addressGroup, isNetwork } from "../../src/core/networks";

test("an IPv6 address counts as its /64, and an IPv4 address as itself", () => {
  expect(addressGroup("192.0.2.7")).toBe("192.0.2.7");
  expect(addressGroup("")).toBe("");
  const inOneNetwork = ["2001:db8::1", "2001:DB8:0:0:ffff::", "2001:db8:0:0:1:2:3:4", "2001:0db8::1%eth0"];
  expect(new Set(inOneNetwork.map(addressGroup))).toEqual(new Set(["2001:db8:0:0::/64"]));
  expect(addressGroup("2001:db8:0:1::1")).toBe("2001:db8:0:1::/64");
  expect(addressGroup("::1")).toBe("0:0:0:0::/64");
});

test("a network has its prefix as a plain number", () => {
  for (const text of ["10.1.0.0/16", "0.0.0.0/0", "2001:db8::/32", "::/128", "192.0.2.7"])
    expect(isNetwork(text)).toBe(true);
  for (const text of ["10.1.0.0/016", "10.1.0.0/00", "10.1.0.0/33", "10.1.0.0/", "2001:db8::/032", "010.1.0.0/16"])
    expect(isNetwork(text), text).toBe(false);
});
