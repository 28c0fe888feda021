import { describe, expect, test } from "vitest";
import { SCOPES } from "../../src/core/scopes";
import { generateApiKey, parseApiKey } from "../../src/keys/api-key-format";
import { createKeyAuthenticator, type KeyAuthenticatorOptions } from "../../src/keys/key-authenticator";
import { type KeySecrets, onlySecret } from "../../src/keys/key-secrets";
import { createKeyUses } from "../../src/keys/key-uses";
import { createKeyService, type KeyRequest } from "../../src/keys/keys";
import { createFakeKeyStore } from "../helpers/fake-key-store";
import { operatorLimits, testTiers } from "../helpers/operator-limits";

const secrets = onlySecret("0123456789abcdef0123456789abcdef");
const ORGANISATION = "org_aaaaaaaaaaaaaaaa";
const HOME = { address: "192.0.2.1" };

async function open(options: Partial<KeyAuthenticatorOptions> = {}) {
  const store = createFakeKeyStore();
  const clock = { now: 0 };
  const keys = createKeyService(store, options.secrets ?? secrets);
  const monotonic = () => clock.now;
  const authenticator = await createKeyAuthenticator({
    store,
    secrets,
    operatorLimits,
    tiers: testTiers,
    monotonic,
    ...options,
  });
  const authenticate = async (text: string, client = HOME) =>
    authenticator.remembered(text, client) ?? authenticator.authenticate(text, client, () => undefined);
  const create = (request: Partial<KeyRequest> = {}) => keys.create({ name: "a", scopes: SCOPES, ...request });
  const owned = (organisation: Partial<{ tier: string; tenant: string | null; isDeleted: boolean }> = {}) => {
    store.organisations.set(ORGANISATION, {
      ...{ id: ORGANISATION, tier: "pro", tenant: null, limits: {}, isDeleted: false },
      ...organisation,
    });
    return create({ organisation: ORGANISATION });
  };
  const codeOf = (text: string, client = HOME) =>
    authenticate(text, client).then(
      () => "ok",
      (error: { code: string }) => error.code,
    );
  return { store, keys, authenticator, authenticate, codeOf, create, owned, clock };
}

describe("authentication", () => {
  test("accepts a key, looks it up once, and then authenticates without waiting", async () => {
    const { store, create, authenticator, authenticate } = await open();
    const { key, id } = await create({ scopes: ["features:read"], tenant: "acme" });
    expect(await authenticate(key)).toMatchObject({ keyId: id, lineId: id, tenant: "acme", organisation: null });
    expect(authenticator.remembered(key, HOME)).toMatchObject({ keyId: id });
    expect(store.lookUps).toBe(1);
  });

  test("the stored digest does not authenticate", async () => {
    const { store, create, codeOf } = await open();
    const { key } = await create();
    const [stored] = await store.list();
    const secret = parseApiKey(key)?.secret ?? "";
    expect(
      JSON.stringify(stored, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
    ).not.toContain(secret);
    expect(stored?.digest).toMatch(/^[0-9a-f]{64}$/);
    const other = createKeyService(store, onlySecret("another secret of thirty-two characters"));
    const foreign = await other.create({ name: "b", scopes: SCOPES });
    expect(await codeOf(foreign.key)).toBe("key_unknown");
  });

  test("rejects a malformed key without a look-up, and calls back before looking up an unknown one", async () => {
    const { store, authenticator } = await open();
    expect(() => authenticator.authenticate("fs_nonsense", HOME, () => undefined)).toThrow(
      expect.objectContaining({ code: "key_malformed" }),
    );
    expect(() =>
      authenticator.authenticate(generateApiKey().text, HOME, () => {
        throw new Error("refused");
      }),
    ).toThrow("refused");
    expect(store.lookUps).toBe(0);
  });

  test("a notified revocation takes effect at once, and costs no further look-up", async () => {
    const { store, keys, create, codeOf } = await open();
    const { key, id } = await create();
    await codeOf(key);
    await keys.revoke(id);
    expect(await codeOf(key)).toBe("key_revoked");
    const before = store.lookUps;
    expect(await codeOf(key)).toBe("key_revoked");
    expect(store.lookUps).toBe(before);
  });

  test("a revocation whose notification is lost takes effect after the cache time", async () => {
    const { store, keys, create, codeOf, clock } = await open({ believedMs: 10_000 });
    const { key } = await create();
    await codeOf(key);
    store.notifying = false;
    await keys.revoke(key);
    clock.now = 10_000;
    expect(await codeOf(key)).toBe("key_revoked");
  });

  test("looks a busy key up in the background, before the cache time is over", async () => {
    const { store, keys, create, codeOf, clock } = await open({ believedMs: 1000 });
    const { key } = await create();
    await codeOf(key);
    store.notifying = false;
    await keys.revoke(key);
    clock.now = 999;
    expect(await codeOf(key)).toBe("ok");
    await expect.poll(() => codeOf(key)).toBe("key_revoked");
  });

  test("accepts a known key for the grace period when the store is away, and rejects an unknown one", async () => {
    const { store, create, codeOf, clock } = await open({ believedMs: 1000, graceMs: 60_000 });
    const { key } = await create();
    await codeOf(key);
    store.failing = true;
    clock.now = 30_000;
    expect(await codeOf(key)).toBe("ok");
    clock.now = 61_000;
    expect(await codeOf(key)).toBe("store_unavailable");
    expect(await codeOf(generateApiKey().text)).toBe("store_unavailable");
  });

  test("does not cache a key that is revoked during its look-up", async () => {
    const { store, create, codeOf } = await open();
    const { key, id } = await create();
    const find = store.find.bind(store);
    store.find = async (keyId) => {
      const record = await find(keyId);
      store.set(id, { revokedAt: 2n });
      return record;
    };
    expect(await codeOf(key)).toBe("ok");
    store.find = find;
    expect(await codeOf(key)).toBe("key_revoked");
  });
});

describe("a key's own restrictions", () => {
  test("a key expires in memory, also while the store is away", async () => {
    const { store, create, codeOf, clock } = await open();
    const { key, id } = await create();
    store.set(id, { expiresInMs: 2000 });
    expect(await codeOf(key)).toBe("ok");
    const { lookUps } = store;
    clock.now = 1999;
    expect(await codeOf(key)).toBe("ok");
    clock.now = 2000;
    expect(await codeOf(key)).toBe("key_expired");
    expect(store.lookUps).toBe(lookUps);
    store.failing = true;
    clock.now = 20_000;
    expect(await codeOf(key)).toBe("key_expired");
  });

  test("a disabled key works again once it is enabled", async () => {
    const { keys, create, codeOf } = await open();
    const { key, id } = await create();
    expect(await codeOf(key)).toBe("ok");
    await keys.change(id, { disabled: true });
    expect(await codeOf(key)).toBe("key_disabled");
    await keys.change(id, { disabled: false });
    expect(await codeOf(key)).toBe("ok");
  });

  test("a key with networks works only from them, at every request", async () => {
    const { store, create, codeOf } = await open();
    const { key } = await create({ networks: ["10.0.0.0/8", "2001:db8::/32"] });
    const from = (address: string) => codeOf(key, { address });
    for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1"]) expect(await from(address)).toBe("ok");
    for (const address of ["11.0.0.1", "::ffff:11.0.0.1", "2001:db9::1", "", "unix", "fe80::1%eth0"])
      expect(await from(address)).toBe("address_forbidden");
    expect(store.lookUps).toBe(1);
  });

  test("rotated keys share the line of the first", async () => {
    const { keys, create, authenticate } = await open();
    const first = await create();
    const second = await keys.rotate(first.id, { graceSeconds: 60 });
    const third = await keys.rotate(second.id, { graceSeconds: 0 });
    for (const { key } of [first, third]) expect(await authenticate(key)).toMatchObject({ lineId: first.id });
  });
});

describe("several secrets", () => {
  test("a key is verified with the secret that it names, until that is no longer configured", async () => {
    const unknown: (string | null)[] = [];
    const names: Record<string, string> = { s2026: "2".repeat(32), s2027: "7".repeat(32) };
    const both: KeySecrets = {
      newest: { name: "s2027", value: "7".repeat(32) },
      names: ["s2027", "s2026"],
      find: (name) => (name === null ? undefined : names[name]),
    };
    const { store, create, codeOf } = await open({ secrets: both, onUnknownSecret: (name) => unknown.push(name) });
    const newer = await create();
    const older = await createKeyService(store, {
      ...both,
      newest: { name: "s2026", value: "2".repeat(32) },
    }).create({ name: "b", scopes: SCOPES });
    const unnamed = await createKeyService(store, secrets).create({ name: "c", scopes: SCOPES });
    expect([newer.secretName, older.secretName, unnamed.secretName]).toEqual(["s2027", "s2026", null]);
    expect([await codeOf(newer.key), await codeOf(older.key)]).toEqual(["ok", "ok"]);
    expect([await codeOf(unnamed.key), await codeOf(unnamed.key)]).toEqual(["key_unknown", "key_unknown"]);
    expect(unknown).toEqual([null]);
    expect(await createKeyService(store, both).secretUses()).toEqual([
      { name: "s2027", keys: 1, isConfigured: true, isNewest: true, keysOfAnother: 0 },
      { name: "s2026", keys: 1, isConfigured: true, isNewest: false, keysOfAnother: 0 },
      { name: null, keys: 1, isConfigured: false, isNewest: false, keysOfAnother: 0 },
    ]);
  });

  test("keys that were made with another secret of the same name are counted and reported once", async () => {
    const reported: (string | null)[] = [];
    const { store, create, keys, codeOf } = await open({ onOtherSecret: (name) => reported.push(name) });
    const restored = createKeyService(store, onlySecret("the secret of before the restore"));
    const [lost, revoked] = [
      await restored.create({ name: "b", scopes: SCOPES }),
      await restored.create({ name: "c", scopes: SCOPES }),
    ];
    await restored.revoke(revoked.id);
    const { key, id } = await create();
    expect([await codeOf(key), await codeOf(generateApiKey(id).text)]).toEqual(["ok", "key_unknown"]);
    expect(reported).toEqual([]);
    expect([await codeOf(lost.key), await codeOf(lost.key)]).toEqual(["key_unknown", "key_unknown"]);
    expect(reported).toEqual([null]);
    expect(await keys.secretUses()).toMatchObject([{ name: null, keys: 2, keysOfAnother: 1 }]);
    // Nobody knows with which secret a key of an older release was made.
    store.set(lost.id, { secretFingerprint: null });
    expect(await keys.secretUses()).toMatchObject([{ name: null, keys: 2, keysOfAnother: 0 }]);
  });
});

describe("keys of an organisation", () => {
  test("have its tenant, its tier's limits with the operator's changes, and its resources", async () => {
    const { store, owned, authenticate } = await open();
    const { key } = await owned({ tier: "lyrics", tenant: "acme" });
    const holder = await authenticate(key);
    expect(holder).toMatchObject({
      organisation: ORGANISATION,
      tenant: "acme",
      limits: { rate: { perSecond: 20 }, organisation: { rate: { perSecond: 20 } } },
    });
    expect(holder.grants.allows("features:read", "lyric_mood")).toBe(true);
    expect(holder.grants.allows("features:read", "track_profile")).toBe(false);
    store.organisations.set(ORGANISATION, {
      ...{ id: ORGANISATION, tier: "lyrics", tenant: "acme", isDeleted: false },
      limits: { requests_per_second: 50, rows_per_month: 7 },
    });
    store.notify(ORGANISATION);
    const changed = await authenticate(key);
    expect(changed.limits).toMatchObject({
      rate: { perSecond: 50 },
      organisation: { rate: { perSecond: 50 }, month: { rows: 7 } },
    });
    expect(changed.grants).toBe(holder.grants);
  });

  test("the lower of the key's and the organisation's limits counts, also after the tier has shrunk", async () => {
    const { store, create, owned, authenticate } = await open();
    await owned({ tier: "pro" });
    const { key } = await create({
      organisation: ORGANISATION,
      limits: { requests_per_second: 100, batch_ids: 10, bytes_per_month: 5 },
    });
    expect((await authenticate(key)).limits).toMatchObject({
      rate: { perSecond: 100, burst: 5000 },
      organisation: { rate: { perSecond: 500 }, month: { bytes: null } },
      month: { bytes: 5, requests: 100_000 },
      batchIds: 10,
    });
    await owned({ tier: "free" });
    store.notify(ORGANISATION);
    expect((await authenticate(key)).limits).toMatchObject({ rate: { perSecond: 20, burst: 200 }, batchIds: 10 });
  });

  test("stop when the organisation is deleted, and no others do", async () => {
    const { store, create, owned, codeOf } = await open();
    const { key } = await owned();
    const other = await create();
    expect([await codeOf(key), await codeOf(other.key)]).toEqual(["ok", "ok"]);
    const { lookUps } = store;
    await owned({ isDeleted: true });
    store.notify(ORGANISATION);
    expect([await codeOf(key), await codeOf(other.key)]).toEqual(["key_revoked", "ok"]);
    expect(store.lookUps).toBe(lookUps + 1);
  });

  test("a tier that was removed counts as the default one, which is reported once", async () => {
    const unknown: string[] = [];
    const { store, owned, authenticate } = await open({ onUnknownTier: (tier) => unknown.push(tier) });
    const { key } = await owned({ tier: "gone" });
    expect((await authenticate(key)).limits.rate).toEqual({ perSecond: 20, burst: 200 });
    store.notify(undefined);
    expect((await authenticate(key)).grants.has("features:read")).toBe(true);
    expect(unknown).toEqual(["gone"]);
  });
});

describe("the last use", () => {
  test("is written in the background, once for many uses, with its age", async () => {
    const writes: unknown[] = [];
    const clock = { now: 0 };
    const uses = createKeyUses({
      store: { noteUses: async (noted) => void writes.push(noted) },
      monotonic: () => clock.now,
      onFault: () => undefined,
    });
    const mark = uses.of("a");
    uses.of("b");
    clock.now = 4000;
    mark.at = 4000;
    clock.now = 10_000;
    await uses.flush();
    await uses.flush();
    expect(writes).toEqual([[{ id: "a", age: 6 }]]);
    clock.now = 20_000;
    uses.of("a", "0123456789abcdef").at = 20_000;
    await uses.close();
    expect(writes.at(-1)).toEqual([{ id: "a", age: 0, secretFingerprint: "0123456789abcdef" }]);
  });

  test("a failed write is made up for by the next one", async () => {
    const writes: unknown[] = [];
    let failing = true;
    const faults: unknown[] = [];
    const uses = createKeyUses({
      store: {
        async noteUses(noted) {
          if (failing) throw new Error("away");
          writes.push(noted);
        },
      },
      monotonic: () => 5000,
      onFault: (error) => faults.push(error),
    });
    uses.of("a").at = 1000;
    await uses.flush();
    failing = false;
    await uses.close();
    expect([faults.length, writes]).toEqual([1, [[{ id: "a", age: 4 }]]]);
  });

  test("a refused request is no use", async () => {
    const marks = new Map<string, { at: number }>();
    const of = (id: string) => {
      const mark = { at: -1 };
      marks.set(id, mark);
      return mark;
    };
    const { create, codeOf } = await open({
      uses: { of, flush: async () => undefined, close: async () => undefined },
    });
    const { key, id } = await create({ networks: ["10.0.0.0/8"] });
    await codeOf(key);
    expect(marks.get(id)?.at).toBe(-1);
    await codeOf(key, { address: "10.0.0.1" });
    expect(marks.get(id)?.at).toBe(0);
  });
});
