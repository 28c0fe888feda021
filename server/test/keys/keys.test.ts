import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createNetworks, networksBeyond } from "../../src/core/networks";
import { beyond, isOperatorScope, SCOPES } from "../../src/core/scopes";
import { type KeyCaller, keyCaller, personCaller } from "../../src/keys/key-caller";
import { onlySecret } from "../../src/keys/key-secrets";
import { createKeyService, type KeyRequest } from "../../src/keys/keys";
import { createOrganisationTier } from "../../src/keys/organisation-tier";
import { dueForRotation } from "../../src/keys/rotation-policy";
import { createFakeKeyStore } from "../helpers/fake-key-store";
import { operatorLimits, testTiers } from "../helpers/operator-limits";

const MEMBER_SCOPES = SCOPES.filter((scope) => !isOperatorScope(scope));

const ORGANISATION = "org_aaaaaaaaaaaaaaaa";
const OTHER = "org_bbbbbbbbbbbbbbbb";
const NOW = 1_767_225_600_000_000n;
const DAY = 86_400_000_000n;

function open() {
  const store = createFakeKeyStore();
  for (const id of [ORGANISATION, OTHER])
    store.organisations.set(id, { id, tier: "pro", tenant: null, limits: {}, isDeleted: false });
  const keys = createKeyService(store, onlySecret("0123456789abcdef0123456789abcdef"), {
    organisationTier: createOrganisationTier(store, testTiers),
    operatorLimits,
    clock: () => Number(NOW),
  });
  const create = (request: Partial<KeyRequest> = {}, caller?: KeyCaller) =>
    keys.create({ name: "a", scopes: MEMBER_SCOPES, ...request }, caller);
  return { store, keys, create };
}

const byKey = (id: string): KeyCaller => keyCaller({ keyId: id } as Parameters<typeof keyCaller>[0], "192.0.2.1");
const byPerson = (userId: string, role: "owner" | "admin" | "member", organisation = ORGANISATION): KeyCaller =>
  personCaller({ userId, role, organisation, email: "a@example.com", operator: false }, "");

/** Every field with an unusual value, and the path of its fault; undefined: accepted. */
const fields: readonly (readonly [Partial<KeyRequest>, string | undefined])[] = [
  [{ name: "" }, "name"],
  [{ name: " " }, "name"],
  [{ name: "x".repeat(201) }, "name"],
  [{ name: "x".repeat(200) }, undefined],
  [{ name: "a\r\nSet-Cookie: x=1" }, "name"],
  [{ name: "a\u0000" }, "name"],
  [{ name: "a\u2028b" }, "name"],
  [{ name: "\ud800" }, "name"],
  [{ name: "a\u202eb" }, "name"],
  [{ name: "ran\u200bking" }, "name"],
  [{ name: "ran\u200dking" }, "name"],
  [{ name: "می\u200cخواهم 👩\u200d🚀" }, undefined],
  [{ name: "Zoë's <script>alert(1)</script> '; drop table x; -- 🔑" }, undefined],
  [{ scopes: [] }, "scopes"],
  [{ scopes: ["all"] }, "scopes"],
  [{ scopes: ["features:read:Lyric"] }, "scopes"],
  [{ scopes: ["training:read:lyric_*"] }, "scopes"],
  [{ scopes: Array.from({ length: 101 }, () => "features:read") }, "scopes"],
  [{ scopes: ["features:read:lyric_*"] }, undefined],
  [{ tenant: "" }, "tenant"],
  [{ tenant: " a" }, "tenant"],
  [{ tenant: "\ta\n" }, "tenant"],
  [{ tenant: "x".repeat(2048) }, "tenant"],
  [{ tenant: "acme", organisation: ORGANISATION }, "tenant"],
  [{ expiresAt: NOW }, "expires_at"],
  [{ expiresAt: NOW + 6n * 366n * DAY }, "expires_at"],
  [{ expiresAt: NOW + 365n * DAY }, undefined],
  [{ networks: ["10.0.0.0/33"] }, "networks"],
  [{ networks: ["10.0.0.0/-1"] }, "networks"],
  [{ networks: ["localhost"] }, "networks"],
  [{ networks: ["fe80::1%eth0"] }, "networks"],
  [{ networks: [""] }, "networks"],
  [{ networks: ["2001:db8::/129"] }, "networks"],
  [{ networks: Array.from({ length: 101 }, () => "10.0.0.1") }, "networks"],
  [{ networks: ["10.0.0.1", "0.0.0.0/0", "::/0", "::ffff:10.0.0.0/104"] }, undefined],
  [{ limits: { requests_per_second: 0 } }, "limits.requests_per_second"],
  [{ limits: { batch_ids: 1.5 } }, "limits.batch_ids"],
  [{ limits: { unknown: 1 } as object }, "limits.unknown"],
  [{ limits: { requests_per_second: 501 }, organisation: ORGANISATION }, "limits.requests_per_second"],
  [{ limits: { requests_per_second: 500, rows_per_month: 1_000_000 }, organisation: ORGANISATION }, undefined],
  [{ limits: { rows_per_month: 1_000_001 }, organisation: ORGANISATION }, "limits.rows_per_month"],
];

test.for(fields.map(([request, path], index) => [index, path, request] as const))(
  "a new key of row %i has the fault %s",
  async ([, path, request]) => {
    const { create, store } = open();
    if (path === undefined) {
      await create(request);
      return;
    }
    await expect(create(request)).rejects.toMatchObject({ code: "invalid_parameter", errors: [{ path }] });
    await expect(create({ ...request, tenant: null }, byPerson("ada", "owner")))
      .rejects.toMatchObject({ code: "invalid_body" })
      .catch((error: unknown) => {
        // A person cannot name a tenant at all.
        if (path !== "tenant") throw error;
      });
    expect((await store.list()).filter(({ organisation }) => organisation === null)).toEqual([]);
  },
);

test("all faults of a request are known before a key is made, and none of a right one", async () => {
  const { keys, store } = open();
  const ada = byPerson("ada", "owner");
  const wrong = { name: "", scopes: ["all"], networks: ["nowhere"], limits: { requests_per_second: 0 } };
  const faults = await keys.faultsOf(wrong, ada);
  expect(faults.map(({ path }) => path)).toEqual(["name", "scopes", "networks", "limits.requests_per_second"]);
  expect(await keys.faultsOf({ name: "a", scopes: ["features:read"] }, ada)).toEqual([]);
  expect(await store.list()).toEqual([]);
});

describe("who manages which keys", () => {
  test("a member their own, an owner all of the organisation, nobody another's", async () => {
    const { keys, create } = open();
    const [ada, bob, eve] = [byPerson("ada", "owner"), byPerson("bob", "member"), byPerson("eve", "owner", OTHER)];
    const adas = await create({ organisation: OTHER }, ada);
    const bobs = await create({}, bob);
    const operators = await create();
    expect([adas.organisation, bobs.createdBy]).toEqual([ORGANISATION, "bob"]);
    const idsOf = async (caller: KeyCaller) => (await keys.list(caller)).map(({ id }) => id).sort();
    expect(await idsOf(ada)).toEqual([adas.id, bobs.id].sort());
    expect(await idsOf(bob)).toEqual([bobs.id]);
    expect(await idsOf(eve)).toEqual([]);
    for (const [caller, { id }] of [
      [bob, adas],
      [eve, adas],
      [ada, operators],
      [eve, operators],
    ] as const) {
      for (const attempt of [
        () => keys.read(id, caller),
        () => keys.change(id, { name: "x" }, caller),
        () => keys.rotate(id, { graceSeconds: 0 }, caller),
        () => keys.revoke(id, caller),
      ])
        await expect(attempt()).rejects.toMatchObject({ code: "key_not_found" });
    }
  });

  test("a key those of the same person, and only what it may do itself", async () => {
    const { keys, create } = open();
    const own = await create({ scopes: ["keys:write", "features:read:lyric_*"] }, byPerson("ada", "owner"));
    const caller = byKey(own.id);
    const wider = await create({}, byPerson("ada", "owner"));
    const bobs = await create({ scopes: ["features:read:lyric_*"] }, byPerson("bob", "owner"));
    const made = await create({ scopes: ["features:read:lyric_mood"], organisation: OTHER, tenant: "t" }, caller);
    expect(made).toMatchObject({ organisation: ORGANISATION, tenant: null, createdBy: "ada" });
    await keys.revoke(made.id, caller);
    await expect(keys.read(bobs.id, caller)).rejects.toMatchObject({ code: "key_not_found" });
    expect(await keys.read(wider.id, caller)).toMatchObject({ id: wider.id });
    for (const attempt of [
      () => keys.rotate(wider.id, { graceSeconds: 0 }, caller),
      () => keys.change(wider.id, { disabled: false }, caller),
      () => create({ scopes: ["features:read"] }, caller),
      () => create({ scopes: ["keys:read"] }, caller),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: "key_exceeds_own", status: 403 });
    expect((await keys.rotate(own.id, { graceSeconds: 0 }, caller)).lineId).toBe(own.id);
  });

  test("a key of the operator's only those of its tenant", async () => {
    const { keys, create } = open();
    const own = await create({ tenant: "acme" });
    const others = [await create({ tenant: "globex" }), await create(), await create({ organisation: ORGANISATION })];
    const caller = byKey(own.id);
    expect((await keys.list(caller)).map(({ id }) => id)).toEqual([own.id]);
    for (const { id } of others) await expect(keys.revoke(id, caller)).rejects.toMatchObject({ code: "key_not_found" });
    expect((await create({ tenant: "globex" }, caller)).tenant).toBe("acme");
  });

  test("networks, expiry and limits of a made key stay within those of its maker", async () => {
    const { keys, create } = open();
    const bounds = { networks: ["10.0.0.0/8"], expiresAt: NOW + 9n * DAY, limits: { batch_ids: 10 } };
    const caller = byKey((await create(bounds)).id);
    await create({ ...bounds, networks: ["10.1.0.0/16", "10.2.2.2"], limits: { batch_ids: 9, exports: 1 } }, caller);
    for (const [beyondOwn, path] of [
      [{ networks: [] }, "networks"],
      [{ networks: ["10.0.0.0/7"] }, "networks"],
      [{ networks: ["::/0"] }, "networks"],
      [{ expiresAt: null }, "expires_at"],
      [{ expiresAt: NOW + 10n * DAY }, "expires_at"],
      [{ limits: {} }, "limits.batch_ids"],
      [{ limits: { batch_ids: 11 } }, "limits.batch_ids"],
    ] as const) {
      await expect(create({ ...bounds, ...beyondOwn }, caller)).rejects.toMatchObject({
        code: "key_exceeds_own",
        errors: expect.arrayContaining([expect.objectContaining({ path })]),
      });
    }
    const later = { graceSeconds: 0, expiresAt: NOW + 10n * DAY };
    await expect(keys.rotate(caller.actor.id, later, caller)).rejects.toMatchObject({ code: "key_exceeds_own" });
  });
});

test("a grace period is 0 s to 30 days", async () => {
  const { keys, create } = open();
  const { id } = await create();
  for (const graceSeconds of [-1, 0.5, Number.NaN, 2_592_001])
    await expect(keys.rotate(id, { graceSeconds })).rejects.toMatchObject({ errors: [{ path: "grace_seconds" }] });
  await keys.rotate(id, { graceSeconds: 2_592_000 });
});

test("keys older than the policy are due for rotation", async () => {
  const { keys, create, store } = open();
  const made = [await create(), await create(), await create()];
  const [old, replaced, revoked] = made;
  for (const { id } of made) store.set(id, { createdAt: NOW - 91n * DAY });
  await create();
  await keys.rotate(replaced?.id ?? "", { graceSeconds: 60 });
  await keys.revoke(revoked?.id ?? "");
  const all = await keys.list();
  store.set(all.at(-1)?.id ?? "", { createdAt: NOW });
  const due = dueForRotation(await keys.list(), 90, NOW).map(({ id }) => id);
  expect(due).toContain(old?.id);
  expect(due).not.toContain(replaced?.id);
  expect(due).not.toContain(revoked?.id);
  expect(dueForRotation(all, null, NOW)).toEqual([]);
});

describe("laws", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const ipv4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join("."));
  const network = fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })).map(([address, prefix]) => `${address}/${prefix}`);

  test("networks within others contain no address that the others do not", () => {
    fc.assert(
      fc.property(
        fc.array(network, { minLength: 1 }),
        fc.array(network, { minLength: 1 }),
        ipv4,
        (inner, outer, address) => {
          fc.pre(networksBeyond(inner, outer).length === 0);
          expect(!createNetworks(inner).has(address) || createNetworks(outer).has(address)).toBe(true);
        },
      ),
    );
    expect(networksBeyond(["10.0.0.0/8"], ["10.0.0.0/8"])).toEqual([]);
  });

  test("a key never makes one that covers a scope that it lacks", async () => {
    const name = fc.constantFrom("lyric_mood", "lyric_*", "l*", "*", "track_profile");
    const scope = fc.oneof(
      fc.constantFrom(...SCOPES),
      fc
        .tuple(fc.constantFrom("features:read", "embeddings:read", "training:write"), name)
        .map((parts) => parts.join(":")),
    );
    const scopes = fc.array(scope, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(scopes, scopes, async (own, wanted) => {
        const { create } = open();
        const caller = byKey((await create({ scopes: own })).id);
        const made = await create({ scopes: wanted }, caller).catch(() => undefined);
        expect(made === undefined).toBe(beyond(wanted, own).length > 0);
      }),
    );
  });
});

test("the same request makes one key of a person, and another person's makes another", async () => {
  const { create, keys } = open();
  const person = byPerson("ada", "owner");
  const first = await create({ once: "form-1" }, person);
  const repeats = [{ name: "b" }, { name: "a" }].map((change) => create({ ...change, once: "form-1" }, person));
  for (const repeat of repeats) {
    await expect(repeat).rejects.toMatchObject({ code: "invalid_form", errors: [{ path: "once" }] });
  }
  expect((await create({ once: "form-1" }, byPerson("ben", "owner"))).id).not.toBe(first.id);
  expect((await create({ once: "form-2" }, person)).id).toMatch(/^[a-z2-7]{16}$/);
  const rotation = { graceSeconds: 60, once: "form-3" };
  await keys.rotate(first.id, rotation, person);
  await expect(keys.rotate(first.id, rotation, person)).rejects.toMatchObject({ errors: [{ path: "once" }] });
  expect(await keys.list()).toHaveLength(4);
});
