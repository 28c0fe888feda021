import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SCOPES } from "../../src/core/scopes";
import { generateApiKey, parseApiKey } from "../../src/keys/api-key-format";
import { createKeyAuthenticator } from "../../src/keys/key-authenticator";
import { createKeyStore } from "../../src/keys/key-store";
import { createKeyService } from "../../src/keys/keys";
import { createFakeKeyStore } from "../helpers/fake-key-store";
import { operatorLimits } from "../helpers/operator-limits";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const SECRET = "0123456789abcdef0123456789abcdef";
const migration = readFileSync(new URL("../../../migrations/0003_api_keys.sql", import.meta.url), "utf8");

describe("key format", () => {
  test("a key parses into its parts", () => {
    for (let round = 0; round < 200; round++) {
      const { id, secret, text } = generateApiKey();
      expect(parseApiKey(text)).toEqual({ id, secret });
    }
  });

  test("rejects any key with a changed, missing or added character", () => {
    const { text } = generateApiKey();
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.string({ maxLength: 2 }), (at, replacement) => {
        fc.pre(replacement !== text[at]);
        expect(parseApiKey(text.slice(0, at) + replacement + text.slice(at + 1))).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});

async function open(options: { believedMs?: number; graceMs?: number } = {}) {
  const store = createFakeKeyStore();
  const keys = createKeyService(store, SECRET);
  let now = 0;
  const authenticator = await createKeyAuthenticator({
    store,
    hmacSecret: SECRET,
    operatorLimits,
    monotonic: () => now,
    ...options,
  });
  const authenticate = async (text: string) =>
    authenticator.remembered(text) ?? authenticator.authenticate(text, () => undefined);
  const pass = (ms: number): void => {
    now += ms;
  };
  return { store, keys, authenticator, authenticate, pass };
}

describe("authentication", () => {
  test("accepts a key, looks it up once, and then authenticates without waiting", async () => {
    const { store, keys, authenticator, authenticate } = await open();
    const { key, id } = await keys.create({ name: "a", scopes: ["features:read"], tenant: "acme" });
    expect(await authenticate(key)).toMatchObject({ keyId: id, lineId: id, tenant: "acme", organisation: null });
    expect(authenticator.remembered(key)).toMatchObject({ keyId: id });
    expect(store.lookUps).toBe(1);
  });

  test("the stored digest does not authenticate", async () => {
    const { store, keys, authenticate } = await open();
    const { key } = await keys.create({ name: "a", scopes: SCOPES, tenant: null });
    const [stored] = await store.list();
    const secret = parseApiKey(key)?.secret ?? "";
    expect(
      JSON.stringify(stored, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
    ).not.toContain(secret);
    expect(stored?.digest).toMatch(/^[0-9a-f]{64}$/);
    const other = createKeyService(store, "another secret of thirty-two characters");
    const foreign = await other.create({ name: "b", scopes: SCOPES, tenant: null });
    await expect(authenticate(foreign.key)).rejects.toMatchObject({ code: "key_unknown" });
  });

  test("rejects a malformed key without a look-up, and calls back before looking up an unknown one", async () => {
    const { store, authenticator } = await open();
    expect(() => authenticator.authenticate("fs_nonsense", () => undefined)).toThrow(
      expect.objectContaining({ code: "key_malformed" }),
    );
    expect(() =>
      authenticator.authenticate(generateApiKey().text, () => {
        throw new Error("refused");
      }),
    ).toThrow("refused");
    expect(store.lookUps).toBe(0);
  });

  test("a notified revocation takes effect at once", async () => {
    const { keys, authenticate } = await open();
    const { key, id } = await keys.create({ name: "a", scopes: SCOPES, tenant: null });
    await authenticate(key);
    await keys.revoke(id);
    await expect(authenticate(key)).rejects.toMatchObject({ code: "key_revoked" });
  });

  test("a revocation whose notification is lost takes effect after the cache time", async () => {
    const { store, keys, authenticate, pass } = await open({ believedMs: 1000 });
    const { key } = await keys.create({ name: "a", scopes: SCOPES, tenant: null });
    await authenticate(key);
    store.notifying = false;
    await keys.revoke(key);
    pass(999);
    await authenticate(key);
    // The previous use looked the key up again in the background.
    await expect
      .poll(() =>
        authenticate(key).then(
          () => "open",
          (error: { code: string }) => error.code,
        ),
      )
      .toBe("key_revoked");
  });

  test("accepts a known key for the grace period when the store is away, and rejects an unknown one", async () => {
    const { store, keys, authenticate, pass } = await open({ believedMs: 1000, graceMs: 60_000 });
    const { key } = await keys.create({ name: "a", scopes: SCOPES, tenant: null });
    await authenticate(key);
    store.failing = true;
    pass(30_000);
    expect(await authenticate(key)).toMatchObject({ tenant: null });
    pass(31_000);
    await expect(authenticate(key)).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(authenticate(generateApiKey().text)).rejects.toMatchObject({ code: "store_unavailable" });
  });

  test("does not cache a key that is revoked during its look-up", async () => {
    const { store, keys, authenticate } = await open();
    const { key, id } = await keys.create({ name: "a", scopes: SCOPES, tenant: null });
    const find = store.find.bind(store);
    store.find = async (keyId) => {
      const record = await find(keyId);
      await store.revoke(id);
      return record;
    };
    await authenticate(key);
    store.find = find;
    await expect(authenticate(key)).rejects.toMatchObject({ code: "key_revoked" });
  });
});

test("creates a key only with a name, known scopes and a valid tenant", async () => {
  const { keys } = await open();
  await expect(keys.create({ name: "", scopes: ["all"], tenant: "" })).rejects.toMatchObject({
    errors: [{ path: "name" }, { path: "scopes" }, { path: "tenant" }],
  });
  // This tenant leaves no byte for the key of a row.
  await expect(keys.create({ name: "a", scopes: SCOPES, tenant: "x".repeat(2_048) })).rejects.toMatchObject({
    errors: [{ path: "tenant" }],
  });
  for (const tenant of [" a", "a ", "\ta\n", " "]) {
    await expect(keys.create({ name: "a", scopes: SCOPES, tenant })).rejects.toMatchObject({
      code: "invalid_parameter",
      errors: [{ path: "tenant", detail: expect.stringContaining("space") }],
    });
  }
  await expect(keys.revoke("aaaaaaaaaaaaaaaa")).rejects.toMatchObject({ code: "key_not_found" });
});

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`keys in ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.open();
      await opened.database.script(`create schema featstore; ${migration}`);
    });
    afterAll(() => opened?.drop());

    test("are created, found, listed and revoked, and every change is notified", async () => {
      const store = createKeyStore(opened.database);
      const keys = createKeyService(store, SECRET);
      const changed: (string | undefined)[] = [];
      const end = await store.watch((id) => changed.push(id));
      const made = await keys.create({
        name: 'Zoë\'s "key"',
        scopes: ["features:read", "registry:read"],
        tenant: "acme",
      });
      expect(await store.find(made.id)).toMatchObject({
        name: 'Zoë\'s "key"',
        scopes: ["features:read", "registry:read"],
        tenant: "acme",
        revokedAt: null,
      });
      expect(made.createdAt).toBeGreaterThan(1_700_000_000_000_000n);
      const revoked = await keys.revoke(made.key);
      expect(revoked.revokedAt).toBeGreaterThanOrEqual(made.createdAt);
      expect(await keys.revoke(made.id)).toEqual(revoked);
      expect((await keys.list()).map(({ id }) => id)).toEqual([made.id]);
      expect(await store.find("aaaaaaaaaaaaaaaa")).toBeUndefined();
      expect(await store.revoke("'; drop table featstore.api_keys; --")).toBeUndefined();
      await expect.poll(() => changed).toContain(made.id);
      await end();
    });
  });
}
