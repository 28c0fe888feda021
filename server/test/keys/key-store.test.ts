import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../../src/core/actor";
import { SCOPES } from "../../src/core/scopes";
import { createKeyAuthenticator } from "../../src/keys/key-authenticator";
import { fingerprintOf, onlySecret } from "../../src/keys/key-secrets";
import { createKeyStore } from "../../src/keys/key-store";
import { createKeyService, type KeyRequest } from "../../src/keys/keys";
import { createOrganisationTier } from "../../src/keys/organisation-tier";
import { operatorLimits, testTiers } from "../helpers/operator-limits";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const secrets = onlySecret("0123456789abcdef0123456789abcdef");
const ACTOR: Actor = { kind: "command", id: "keys", address: null };
const CLIENT = { address: "192.0.2.1" };
const letters = "abcdefghijklmnopqrstuvwxyz";

interface AuditRow {
  readonly action: string;
  readonly actor_id: string;
  readonly organisation_id: string | null;
  readonly text: string;
}

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`keys in ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
    });
    afterAll(() => opened?.drop());

    const serviceOf = () => {
      const store = createKeyStore(opened.database);
      const keys = createKeyService(store, secrets, {
        organisationTier: createOrganisationTier(store, testTiers),
        operatorLimits,
      });
      const create = (request: Partial<KeyRequest> = {}) => keys.create({ name: "a", scopes: SCOPES, ...request });
      return { store, keys, create };
    };
    const sql = <Row extends object>(text: string, ...parameters: string[]) =>
      opened.database.query<Row>({ text, parameters });
    let organisations = 0;
    const organisation = async (tier = "pro", tenant: string | null = null): Promise<string> => {
      const id = `org_${"a".repeat(15)}${letters[organisations++]}`;
      await opened.database.query({
        text: "insert into featstore.organisations (id, name, tier, tenant) values ($1::text, 'A', $2::text, $3::text)",
        parameters: [id, tier, tenant],
      });
      return id;
    };
    const auditOf = (subject: string) =>
      sql<AuditRow>(
        `select action, actor_id, organisation_id, coalesce(before::text, '') || coalesce(after::text, '') as text
         from featstore.audit_log where subject = $1::text order by id`,
        subject,
      );

    test("are created, found, listed and revoked, and every change is notified and logged", async () => {
      const { store, keys } = serviceOf();
      const changed: (string | undefined)[] = [];
      const end = await store.watch((id) => changed.push(id));
      const name = 'Zoë\'s "key" <b> \\ {} $1 🔑';
      const made = await keys.create({ name, scopes: ["features:read", "registry:read:l*"], tenant: "acme" });
      expect(await store.find(made.id)).toMatchObject({
        ...{ name, scopes: ["features:read", "registry:read:l*"], tenant: "acme", organisation: null },
        ...{
          revokedAt: null,
          expiresAt: null,
          expiresInMs: null,
          networks: [],
          limits: {},
          lineId: made.id,
          owner: null,
        },
      });
      expect(made.createdAt).toBeGreaterThan(1_700_000_000_000_000n);
      const revoked = await keys.revoke(made.key);
      expect(revoked.revokedAt).toBeGreaterThanOrEqual(made.createdAt);
      expect(await keys.revoke(made.id)).toEqual(revoked);
      expect((await keys.list()).map(({ id }) => id)).toEqual([made.id]);
      expect(await store.find("aaaaaaaaaaaaaaaa")).toBeUndefined();
      for (const id of ["'; drop table featstore.api_keys; --", "", "x".repeat(100_000)]) {
        expect(await store.revoke(id, ACTOR)).toBeUndefined();
        expect(await store.rotate(id, { ...rotation("z"), graceSeconds: 0 }, ACTOR)).toBeUndefined();
        expect(await store.change(id, { disabled: true }, ACTOR)).toBeUndefined();
      }
      await expect.poll(() => changed).toContain(made.id);
      await end();
      const audit = await auditOf(made.id);
      expect(audit.map(({ action }) => action)).toEqual(["key.created", "key.revoked"]);
      const stored = await sql<{ digest: string }>(
        "select digest from featstore.api_keys where id = $1::text",
        made.id,
      );
      for (const { text } of audit) expect(text).not.toContain(stored[0]?.digest);
    });

    test("two requests at once that are the same make one key", async () => {
      const { create } = serviceOf();
      const results = await Promise.allSettled([1, 2, 3].map(() => create({ once: "form" })));
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).toMatchObject({ errors: [{ path: "once" }] });
      }
    });

    test("keep expiry, networks and limits, and expire by the database's clock", async () => {
      const { store, create } = serviceOf();
      const inADay = BigInt(Date.now() + 86_400_000) * 1000n + 7n;
      const made = await create({ expiresAt: inADay, networks: ["10.0.0.0/8", "::1"], limits: { batch_ids: 5 } });
      expect(made).toMatchObject({ expiresAt: inADay, networks: ["10.0.0.0/8", "::1"], limits: { batch_ids: 5 } });
      expect((await store.find(made.id))?.expiresInMs).toBeLessThanOrEqual(86_400_000);
      await sql("update featstore.api_keys set expires_at = clock_timestamp() where id = $1::text", made.id);
      expect(await store.find(made.id)).toMatchObject({ isExpired: true });
    });

    test("have the tenant and the tier of their organisation", async () => {
      const { store, create } = serviceOf();
      const id = await organisation("lyrics", "acme");
      await sql(
        `update featstore.organisations set limits = '{"burst": 7, "rows_per_month": "many"}' where id = $1::text`,
        id,
      );
      const made = await create({ organisation: id });
      expect(await store.find(made.id)).toMatchObject({
        tenant: "acme",
        owner: { id, tier: "lyrics", tenant: "acme", limits: { burst: 7 }, isDeleted: false },
      });
      expect((await auditOf(made.id))[0]).toMatchObject({ organisation_id: id, action: "key.created" });
      await sql("update featstore.organisations set deleted_at = clock_timestamp() where id = $1::text", id);
      expect((await store.find(made.id))?.owner).toMatchObject({ isDeleted: true });
      await expect(create({ organisation: id })).rejects.toMatchObject({ code: "organisation_not_found" });
      await expect(create({ organisation: "org_'" })).rejects.toMatchObject({ code: "organisation_not_found" });
    });

    test("are renamed, disabled and enabled, but not after they were revoked", async () => {
      const { keys, create } = serviceOf();
      const { id } = await create();
      expect(await keys.change(id, { name: "b", disabled: true })).toMatchObject({ name: "b" });
      const disabled = await keys.change(id, { disabled: true });
      expect(disabled.disabledAt).not.toBeNull();
      await expect(keys.rotate(id, { graceSeconds: 0 })).rejects.toMatchObject({ code: "key_not_active" });
      expect((await keys.change(id, { disabled: false })).disabledAt).toBeNull();
      await keys.revoke(id);
      await expect(keys.change(id, { disabled: false })).rejects.toMatchObject({ code: "key_not_active" });
      const actions = (await auditOf(id)).map(({ action }) => action);
      expect(actions).toEqual(["key.created", "key.changed", "key.changed", "key.revoked"]);
    });

    test("a rotated key works until its grace is over, and the new one inherits the rest", async () => {
      const { store, keys, create } = serviceOf();
      const first = await create({
        organisation: await organisation(),
        networks: ["10.0.0.0/8"],
        limits: { exports: 0 },
      });
      const second = await keys.rotate(first.id, { graceSeconds: 3600 });
      expect(second).toMatchObject({
        ...{ lineId: first.id, organisation: first.organisation, networks: ["10.0.0.0/8"], limits: { exports: 0 } },
        ...{ name: "a", scopes: first.scopes, expiresAt: null },
      });
      const old = await store.find(first.id);
      expect(old).toMatchObject({ replacedBy: second.id, isExpired: false });
      expect(old?.expiresInMs).toBeGreaterThan(3_500_000);
      const third = await keys.rotate(second.id, { graceSeconds: 0 });
      expect(third.lineId).toBe(first.id);
      expect(await store.find(second.id)).toMatchObject({ isExpired: true, replacedBy: third.id });
      await expect(keys.rotate(first.id, { graceSeconds: 0 })).rejects.toMatchObject({ code: "key_already_rotated" });
    });

    test("of several rotations at once one wins", async () => {
      const { keys, create } = serviceOf();
      const { id } = await create({ organisation: await organisation() });
      const results = await Promise.allSettled([1, 2, 3, 4].map(() => keys.rotate(id, { graceSeconds: 60 })));
      const lost = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      expect(lost).toMatchObject([1, 2, 3].map(() => ({ code: "key_already_rotated" })));
      expect((await keys.list()).filter(({ lineId }) => lineId === id)).toHaveLength(2);
    });

    test("an organisation has at most 100 keys, also when many are created at once", async () => {
      const { keys, create } = serviceOf();
      const id = await organisation();
      await sql(
        `insert into featstore.api_keys (id, name, digest, scopes, organisation_id)
         select 'limit' || translate(lpad(n::text, 11, '0'), '0123456789', 'abcdefghij'), 'a', repeat('0', 64),
           '{features:read}', $1::text
         from generate_series(1, 98) as n`,
        id,
      );
      const results = await Promise.allSettled([1, 2, 3, 4, 5].map(() => create({ organisation: id })));
      const lost = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      expect(lost).toMatchObject([1, 2, 3].map(() => ({ code: "too_many_keys" })));
      const [made] = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      // The rotated key itself makes room.
      const next = await keys.rotate(made?.id ?? "", { graceSeconds: 60 });
      await expect(keys.rotate(next.id, { graceSeconds: 60 })).rejects.toMatchObject({ code: "too_many_keys" });
      await keys.revoke(made?.id ?? "");
      await keys.rotate(next.id, { graceSeconds: 0 });
    });

    test("their last use is noted, and never moved back", async () => {
      const { store, create } = serviceOf();
      const { id } = await create();
      const lastUse = async () => (await store.find(id))?.lastUsedAt ?? 0n;
      await store.noteUses([
        { id, age: 10 },
        { id: "aaaaaaaaaaaaaaaa", age: 0 },
      ]);
      const first = await lastUse();
      expect(first).toBeGreaterThan(0n);
      await store.noteUses([{ id, age: 3600 }]);
      expect(await lastUse()).toBe(first);
      await Promise.all([1, 2, 3].map(() => store.noteUses([{ id, age: 0 }])));
      expect(await lastUse()).toBeGreaterThan(first);
    });

    test("the fingerprint of the secret is stored with a key, and with the first use of one that has none", async () => {
      const { store, keys, create } = serviceOf();
      const made = await create();
      const expected = fingerprintOf(secrets.newest.value);
      const rotated = await keys.rotate(made.id, { graceSeconds: 60 });
      const stored = async (id: string) => (await store.find(id))?.secretFingerprint;
      expect([await stored(made.id), await stored(rotated.id)]).toEqual([expected, expected]);
      await sql("update featstore.api_keys set secret_fingerprint = null where id = $1::text", made.id);
      await store.noteUses([{ id: made.id, age: 0, secretFingerprint: expected }]);
      await store.noteUses([{ id: rotated.id, age: 0, secretFingerprint: "0".repeat(16) }]);
      expect([await stored(made.id), await stored(rotated.id)]).toEqual([expected, expected]);
    });

    test("one server reminds the owner of an old key, once in 30 days", async () => {
      const { store, create } = serviceOf();
      const [old, young] = [await create(), await create()];
      await sql("update featstore.api_keys set created_at = now() - interval '91 days' where id = $1::text", old.id);
      const claimed = (await Promise.all([1, 2, 3].map(() => store.claimReminders(90)))).flat().map(({ id }) => id);
      expect(claimed.filter((id) => id === old.id)).toHaveLength(1);
      expect(claimed).not.toContain(young.id);
      await sql("update featstore.api_keys set reminded_at = now() - interval '31 days' where id = $1::text", old.id);
      expect((await store.claimReminders(90)).map(({ id }) => id)).toContain(old.id);
    });

    test("a revocation and a change of the organisation reach other servers by notification", async () => {
      const { store, keys, create } = serviceOf();
      const id = await organisation();
      const [revoked, owned] = [await create(), await create({ organisation: id })];
      const servers = await Promise.all(
        [1, 2].map(() =>
          createKeyAuthenticator({
            ...{ store, secrets, operatorLimits, tiers: testTiers, monotonic: () => performance.now() },
            // Only a notification can end this trust within the test.
            believedMs: 600_000,
          }),
        ),
      );
      const [first, second] = servers;
      const seen = async (server: (typeof servers)[number] | undefined, key: string) => {
        try {
          return server?.remembered(key, CLIENT) ?? (await server?.authenticate(key, CLIENT, () => undefined));
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      for (const server of servers) for (const { key } of [revoked, owned]) await seen(server, key);
      await keys.revoke(revoked.id);
      await expect.poll(() => seen(first, revoked.key)).toBe("key_revoked");
      await expect.poll(() => seen(second, revoked.key)).toBe("key_revoked");
      await sql(
        `with changed as (update featstore.organisations set tier = 'free' where id = $1::text returning id)
         select pg_notify('featstore_api_keys', id) from changed`,
        id,
      );
      for (const server of servers) {
        await expect.poll(() => seen(server, owned.key)).toMatchObject({ limits: { rate: { perSecond: 20 } } });
        await server.close();
      }
    });
  });
}

function rotation(letter: string) {
  return {
    id: letter.repeat(16),
    digest: "0".repeat(64),
    secretName: null,
    secretFingerprint: null,
    expiresAt: undefined,
  };
}
