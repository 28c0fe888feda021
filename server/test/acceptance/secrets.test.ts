import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseApiKey } from "../../src/keys/api-key-format";
import { findSecrets } from "../helpers/find-secrets";
import { type Organisations, startOrganisations } from "../helpers/isolated-organisations";
import { VISITOR } from "../helpers/people";
import { requireNoSecretIn, requireNoSecretStored } from "../helpers/require-no-secrets";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

// Issues every kind of secret, uses each rightly and wrongly, and searches for them where they must not be.

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`issued secrets on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let world: Organisations;
    beforeAll(async () => {
      opened = await target.openMigrated();
      world = await startOrganisations(opened.database, []);
    });
    afterAll(async () => {
      await world?.close();
      await opened?.drop();
    });

    test("are in no table, log, metric, audit entry, error or page", async () => {
      const texts: string[] = [];
      const ask = async (...request: Parameters<Organisations["ask"]>) => {
        const answer = await world.ask(...request);
        texts.push(answer.text, [...answer.headers].join("\n"));
        return answer;
      };
      const { token, code } = await world.askFor("secret@example.com");
      const { cookie, person } = await world.signIn("secret@example.com");
      const unused = await world.askFor("secret@example.com");
      await world.identity.confirmLink({ token: "wrong" }, VISITOR).catch(() => undefined);
      await world.identity.confirmLink({ token }, VISITOR).catch(() => undefined);

      const first = await world.keyIn(person.organisation);
      const headers = { authorization: `Bearer ${first.key}` };
      // The responses that show a key once are the only ones that are not searched.
      const created = await world.ask("POST", "/api/keys", headers, { name: "second", scopes: ["features:read"] });
      expect(created.status).toBe(201);
      const second = JSON.parse(created.text) as { id: string; key: string };
      const rotation = await world.ask("POST", `/api/keys/${second.id}/rotate`, headers, { grace_seconds: 60 });
      expect(rotation.status).toBe(201);
      const third = JSON.parse(rotation.text) as { id: string; key: string };

      const broken = `${first.key.slice(0, -1)}${first.key.endsWith("a") ? "b" : "a"}`;
      for (const key of [first.key, second.key, third.key, broken]) {
        for (const path of ["/api/features/1?features=shared_songs.label", "/api/keys", "/api/audit-log", "/api/usage"])
          await ask("GET", path, { authorization: `Bearer ${key}` });
        await ask("GET", `/api/features/${encodeURIComponent(key)}`, { "x-api-key": `${key}x` });
        await ask("DELETE", `/api/keys/${first.id}`, { authorization: `Basic ${key}` });
      }
      for (const path of ["/api/account", "/api/account/export", "/api/members", "/api/invitations"])
        await ask("GET", path, { cookie });
      await ask("PATCH", "/api/account", { cookie, origin: "http://evil.example" }, {});
      await ask("GET", "/api/account", { cookie: cookie.slice(0, -4) });
      await world.deps.keys.revoke(third.id);
      for (const path of ["/portal/keys", "/portal/usage", "/portal/account"])
        expect((await ask("GET", path, { cookie })).status).toBe(200);
      for (const path of ["/docs", "/openapi.json", "/", "/health"]) await ask("GET", path, { cookie, ...headers });

      const keys = Object.entries({ first, second, third }).flatMap(([name, { key }]) => [
        [`key ${name}`, key] as const,
        [`secret of key ${name}`, parseApiKey(key)?.secret ?? ""] as const,
      ]);
      const { dataDir } = world.deps.config;
      const issued = {
        ...Object.fromEntries(keys),
        ...{ token, "unused token": unused.token, cookie, "value of the cookie": cookie.split("=").slice(1).join("=") },
        ...Object.fromEntries(
          readdirSync(dataDir)
            .filter((name) => name.endsWith("-secret"))
            .map((name) => [name, readFileSync(join(dataDir, name), "utf8").trim()]),
        ),
      };
      expect(Object.keys(issued)).toEqual(expect.arrayContaining(["key-secret", "auth-secret"]));
      const metrics = (await world.ask("GET", "/metrics")).text;
      const { usage } = world.deps;
      await usage.meter.flush();
      expect(
        await findSecrets({
          secrets: issued,
          database: opened.database,
          texts: { log: world.log(), metrics, responses: texts.join("\n") },
        }),
      ).toEqual([]);
      // Six digits occur anywhere by chance, so that codes are sought only where they could be kept.
      const kept = await opened.database.query<{ value: string }>({
        text: "select identifier || ' ' || value as value from featstore_auth.verification",
      });
      expect(kept.filter(({ value }) => value.includes(code) || value.includes(unused.code))).toEqual([]);
      expect(code).toMatch(/^\d{6}$/);
      expect(world.log()).not.toContain("secret@example.com");
    });

    test("would be found at the end of every test", async () => {
      const { organisation } = (await world.signIn("found@example.com")).person;
      const { key } = await world.keyIn(organisation);
      await requireNoSecretStored(opened.database);
      for (const secret of [
        key,
        `${"a1B2".repeat(8)}.${"x".repeat(43)}=`,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlMTIz",
      ]) {
        await opened.database.query({
          text: "update featstore.organisations set name = $1::text where id = $2::text",
          parameters: [`${secret} `, organisation],
        });
        await expect(requireNoSecretStored(opened.database)).rejects.toThrow("table organisations holds");
      }
      await opened.database.query({ text: "update featstore.organisations set name = 'Found'" });
      expect(() => requireNoSecretIn(key, "GET", "/api/keys")).toThrow("answered with an API key");
    });
  });
}
