import { expect, test } from "vitest";
import { checkKeys } from "../../../src/cli/doctor/key-checks";
import { secret } from "../../../src/core/config";
import type { KeyRecord } from "../../../src/keys/stored-key";

const NOW = 1_767_225_600_000_000n;

const key: KeyRecord = {
  ...{
    id: "aaaaaaaaaaaaaaaa",
    name: "a",
    scopes: ["features:read"],
    organisation: null,
    tenant: null,
    createdBy: null,
  },
  ...{
    secretName: null,
    secretFingerprint: null,
    lineId: "aaaaaaaaaaaaaaaa",
    replacedBy: null,
    createdAt: NOW - 91n * 86_400_000_000n,
  },
  ...{
    expiresAt: null,
    disabledAt: null,
    revokedAt: null,
    lastUsedAt: null,
    networks: [],
    limits: {},
    isExpired: false,
  },
};

test("reports secrets that are unused or missing, and keys due for rotation", async () => {
  const use = { keys: 0, isConfigured: true, isNewest: false, keysOfAnother: 0 };
  const service = {
    list: async () => [key],
    secretUses: async () => [
      { ...use, name: "s2027", isNewest: true },
      { ...use, name: "s2026", keys: 2 },
      { ...use, name: "s2025" },
      { ...use, name: null, keys: 1, isConfigured: false },
    ],
  };
  const config = { keySecret: secret("x".repeat(32)), keys: { maxAgeDays: 90 } };
  const results = await checkKeys(service, config, NOW);
  expect(results.map(({ check, status }) => [check, status])).toEqual([
    ["secret s2027", "ok"],
    ["secret s2026", "ok"],
    ["secret s2025", "warning"],
    ["key_secret", "warning"],
    ["key rotation", "warning"],
  ]);
  expect(results.at(-1)?.found).toContain(key.id);
  expect(await checkKeys(service, { ...config, keys: { maxAgeDays: null } }, NOW)).toHaveLength(4);
  const generated = { ...service, secretUses: async () => [{ ...use, name: null, isNewest: true }] };
  expect(await checkKeys(generated, { keySecret: null, keys: { maxAgeDays: null } }, NOW)).toEqual([]);
});

test("fails for a secret that is not the one with which its keys were made", async () => {
  const use = { name: null, keys: 3, isConfigured: true, isNewest: true, keysOfAnother: 2 };
  const service = { list: async () => [key], secretUses: async () => [use] };
  const results = await checkKeys(service, { keySecret: null, keys: { maxAgeDays: null } }, NOW);
  expect(results).toMatchObject([{ check: "key_secret", status: "failed" }]);
  expect(results[0]?.found).toContain("2 of 3 keys");
});
