import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SCOPES } from "../../src/core/scopes";
import { createKeyStore } from "../../src/keys/key-store";
import { createFakeOnlineStore } from "../helpers/fake-online-store";
import { createFakeRegistry, registered, snapshotOf } from "../helpers/serving-fixture";
import { createTestApp } from "../helpers/test-app";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

interface KeyBody {
  readonly id: string;
  readonly key: string;
  readonly code?: string;
  readonly errors?: readonly { readonly path: string }[];
  readonly keys: readonly KeyBody[];
  readonly state: string;
  readonly rotate_by: string | null;
}

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`/api/keys on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
    });
    afterAll(() => opened?.drop());

    const open = async (scopes: readonly string[] = SCOPES) => {
      const made = await createTestApp({
        registry: createFakeRegistry(snapshotOf(1, [registered({ name: "mood", features: { energy: "float64" } })])),
        onlineStore: createFakeOnlineStore(new Map([["mood_v1_g1", []]]), true),
        keyStore: createKeyStore(opened.database),
        clock: () => Date.now() * 1000,
      });
      const own = await made.keys.create({ name: "own", scopes, tenant: `tenant ${Math.random()}` });
      const send = async (method: string, path: string, body?: unknown, key = own.key) => {
        const response = await made.app.request(path, {
          method,
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
          ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        });
        const text = await response.text();
        return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as KeyBody };
      };
      return { ...made, own, send };
    };

    test("a key is created, works, is rotated, and is refused after its revocation", async () => {
      const { send, own, records } = await open();
      const created = await send("POST", "/api/keys", { name: "<b>é</b> '--", scopes: ["features:read"] });
      expect(created).toMatchObject({ status: 201, body: { name: "<b>é</b> '--", state: "active", created_by: null } });
      expect(created.headers.get("cache-control")).toBe("no-store");
      expect(created.headers.get("location")).toBe(`/api/keys/${created.body.id}`);
      const { id, key } = created.body;
      expect((await send("GET", "/api/features/7", undefined, key)).status).toBe(200);
      const rotated = await send("POST", `/api/keys/${id}/rotate`, { grace_seconds: 0 });
      expect(rotated.status).toBe(201);
      await expect
        .poll(async () => (await send("GET", "/api/features/7", undefined, key)).body.code)
        .toBe("key_expired");
      const newer = rotated.body;
      expect((await send("GET", "/api/features/7", undefined, newer.key)).status).toBe(200);
      expect((await send("POST", `/api/keys/${id}/rotate`, {})).body.code).toBe("key_already_rotated");
      expect((await send("GET", `/api/keys/${id}`)).body).toMatchObject({ state: "expired", replaced_by: newer.id });
      const disabled = await send("PATCH", `/api/keys/${newer.id}`, { disabled: true, name: "x" });
      expect(disabled.body).toMatchObject({ state: "disabled", name: "x" });
      await expect
        .poll(async () => (await send("GET", "/api/features/7", undefined, newer.key)).body.code)
        .toBe("key_disabled");
      await send("PATCH", `/api/keys/${newer.id}`, { disabled: false });
      const revoked = await send("DELETE", `/api/keys/${newer.id}`);
      expect(revoked).toMatchObject({ status: 200, body: { state: "revoked" } });
      expect((await send("DELETE", `/api/keys/${newer.id}`)).text).toBe(revoked.text);
      expect((await send("PATCH", `/api/keys/${newer.id}`, { disabled: false })).body.code).toBe("key_not_active");
      await expect
        .poll(async () => (await send("GET", "/api/features/7", undefined, newer.key)).body.code)
        .toBe("key_revoked");
      const listed = await send("GET", "/api/keys");
      expect(listed.body.keys.map((each) => each.id).sort()).toEqual([own.id, id, newer.id].sort());
      expect(listed.body.keys.find((each) => each.id === own.id)?.rotate_by).toMatch(/^20/);
      for (const secret of [own.key, key, newer.key]) {
        expect(listed.text).not.toContain(secret);
        expect(JSON.stringify(records)).not.toContain(secret);
      }
    });

    test("challenges refused keys, but not those of a wrong network", async () => {
      const { keys, send } = await open();
      const { key, id } = await keys.create({ name: "a", scopes: SCOPES, networks: ["10.0.0.0/8"] });
      const forbidden = await send("GET", "/api/features/7", undefined, key);
      expect(forbidden).toMatchObject({ status: 403, body: { code: "address_forbidden" } });
      await keys.change(id, { disabled: true });
      await expect.poll(async () => (await send("GET", "/api/features/7", undefined, key)).status).toBe(401);
      const refused = await send("GET", "/api/features/7", undefined, key);
      expect(refused.headers.get("www-authenticate")).toMatch(/^Bearer/);
    });

    test("needs the scopes, and makes no key beyond the sender", async () => {
      const { send, keys } = await open(["keys:read", "keys:write", "features:read:lyric_*"]);
      const wider = await keys.create({ name: "wider", scopes: SCOPES });
      expect((await send("POST", "/api/keys", { name: "a", scopes: ["features:read"] })).body.code).toBe(
        "key_exceeds_own",
      );
      expect((await send("POST", "/api/keys", { name: "a", scopes: ["features:read:lyric_mood"] })).status).toBe(201);
      for (const [method, path] of [
        ["GET", `/api/keys/${wider.id}`],
        ["DELETE", `/api/keys/${wider.id}`],
        ["GET", `/api/keys/${wider.key}`],
        ["GET", "/api/keys/%00"],
        ["GET", "/api/keys/'%20or%201=1"],
        ["DELETE", `/api/keys/${"x".repeat(5000)}`],
      ] as const) {
        const { status, body, text } = await send(method, path);
        expect([status, body.code]).toEqual([404, "key_not_found"]);
        expect(text).not.toContain(wider.key);
      }
      const reading = await keys.create({ name: "reading", scopes: ["keys:read"] });
      expect((await send("POST", "/api/keys", {}, reading.key)).body.code).toBe("scope_required");
    });

    const valid = { name: "a", scopes: ["features:read"] };
    test.for([
      ["", "body_required"],
      ["{", "invalid_json"],
      ["[]", "invalid_body"],
      [{}, "invalid_body"],
      [{ ...valid, name: 7 }, "invalid_body"],
      [{ ...valid, name: "" }, "invalid_body"],
      [{ ...valid, name: "a\nb" }, "invalid_body"],
      [{ ...valid, name: "x".repeat(100_000) }, "invalid_body"],
      [{ ...valid, scopes: "features:read" }, "invalid_body"],
      [{ ...valid, scopes: [null] }, "invalid_body"],
      [{ ...valid, scopes: ["'; drop table featstore.api_keys; --"] }, "invalid_body"],
      [{ ...valid, expires_at: 7 }, "invalid_body"],
      [{ ...valid, expires_at: "2030-01-01" }, "invalid_body"],
      [{ ...valid, expires_at: "2001-01-01T00:00:00Z" }, "invalid_body"],
      [{ ...valid, expires_at: "9999-01-01T00:00:00Z" }, "invalid_body"],
      [{ ...valid, networks: "10.0.0.0/8" }, "invalid_body"],
      [{ ...valid, networks: ["<script>"] }, "invalid_body"],
      [{ ...valid, limits: [] }, "invalid_body"],
      [{ ...valid, limits: { requests_per_second: "1" } }, "invalid_body"],
      [{ ...valid, limits: { requests_per_second: 1e99 } }, "invalid_body"],
      [{ ...valid, limits: { __proto__: 1, surplus: 1 } }, "invalid_body"],
      [{ ...valid, tenant: "other" }, "invalid_body"],
      [{ ...valid, organisation: "org_aaaaaaaaaaaaaaaa" }, "invalid_body"],
      [{ ...valid, id: "aaaaaaaaaaaaaaaa" }, "invalid_body"],
    ] as const)("a new key of %j gets %s", async ([body, code]) => {
      const { send, faults } = await open();
      const answer = await send("POST", "/api/keys", body);
      expect(answer).toMatchObject({ status: 400, body: { code } });
      expect(faults).toEqual([]);
    });

    test.for([
      ["PATCH", "", {}, "invalid_body"],
      ["PATCH", "", { name: null }, "invalid_body"],
      ["PATCH", "", { name: "\u0000" }, "invalid_body"],
      ["PATCH", "", { disabled: "true" }, "invalid_body"],
      ["PATCH", "", { scopes: ["features:read"] }, "invalid_body"],
      ["POST", "/rotate", { grace_seconds: -1 }, "invalid_body"],
      ["POST", "/rotate", { grace_seconds: 2_592_001 }, "invalid_body"],
      ["POST", "/rotate", { grace_seconds: "1" }, "invalid_body"],
      ["POST", "/rotate", { expires_at: "yesterday" }, "invalid_body"],
      ["POST", "/rotate", { name: "x" }, "invalid_body"],
    ] as const)(
      "%s /api/keys/{id}%s with %j gets %s, and the key stays as it is",
      async ([method, path, body, code]) => {
        const { send, own } = await open();
        const before = (await send("GET", `/api/keys/${own.id}`)).body;
        expect(await send(method, `/api/keys/${own.id}${path}`, body)).toMatchObject({ status: 400, body: { code } });
        expect((await send("GET", `/api/keys/${own.id}`)).body).toEqual(before);
      },
    );
  });
}
