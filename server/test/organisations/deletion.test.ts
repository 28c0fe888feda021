import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type People, startPeople } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`deletion on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let people: People;
    beforeAll(async () => {
      opened = await target.openMigrated();
      people = await startPeople(opened.database);
    });
    afterAll(async () => {
      await people?.close();
      await opened?.drop();
    });
    const keyOf = (organisation: string, scopes = ["account:read", "registry:read"]) =>
      people.deps.keys.create({ name: "Ada's laptop", scopes, organisation });
    /** Returns the rows, as texts, that contain one of these. */
    const rowsWith = async (...texts: string[]) => {
      const tables = await opened.database.query<{ name: string }>({
        text: `select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace n on n.oid = relnamespace
          where nspname in ('featstore', 'featstore_auth') and relkind = 'r'`,
      });
      const found = await Promise.all(
        tables.map(({ name }) =>
          opened.database.query<{ row: string }>({
            text: `select '${name} ' || t::text as row from ${name} t`,
          }),
        ),
      );
      return found
        .flat()
        .map(({ row }) => row)
        .filter((row) => texts.some((text) => row.includes(text)));
    };

    test("a deleted account leaves its id and nothing else, and its keys stop", async () => {
      const { cookie, person } = await people.signIn("gone@example.com");
      await people.askFor("gone@example.com");
      await people.request("PATCH", "/api/account", { cookie, body: { name: "Ada Gone" } });
      await people.request("PATCH", "/api/account", { cookie, body: { organisation_name: "Gone Records" } });
      const { key } = await keyOf(person.organisation);
      expect((await people.request("GET", "/api/feature-views", { key })).status).toBe(200);
      const answer = await people.request("DELETE", "/api/account", { cookie });
      expect(answer).toMatchObject({ status: 200, body: { deleted: person.userId } });
      await expect
        .poll(async () => (await people.request("GET", "/api/feature-views", { key })).body.code)
        .toBe("key_revoked");
      expect((await people.request("GET", "/api/account", { cookie })).body.code).toBe("session_expired");
      expect(await rowsWith("gone@example.com", "Ada Gone", "Gone Records", "Ada's laptop", "192.0.2.7")).toEqual([]);
      expect((await rowsWith(person.userId)).every((row) => row.startsWith("featstore.audit_log"))).toBe(true);
      expect(await rowsWith("account.deleted")).toHaveLength(1);
    });

    test("the only owner of an organisation with other members hands over first", async () => {
      const owner = await people.signIn("sole@example.com");
      const { body } = await people.request("POST", "/api/invitations", {
        cookie: owner.cookie,
        body: { email: "heir@example.com" },
      });
      const heir = await people.signIn("heir@example.com", `/invitations/${String(body.id)}`);
      const leave = () => people.request("DELETE", "/api/account", { cookie: owner.cookie });
      expect((await leave()).body.code).toBe("last_owner");
      await people.request("PATCH", `/api/members/${heir.person.userId}`, {
        cookie: owner.cookie,
        body: { role: "owner" },
      });
      expect((await leave()).status).toBe(200);
      const { body: left } = await people.request("GET", "/api/members", { cookie: heir.cookie });
      expect(left.members).toMatchObject([{ email: "heir@example.com", role: "owner" }]);
    });

    test("two owners who delete their accounts at once leave an owner or no organisation", async () => {
      const first = await people.signIn("both1@example.com");
      const invited = { email: "both2@example.com", role: "owner" };
      const { body } = await people.request("POST", "/api/invitations", { cookie: first.cookie, body: invited });
      const second = await people.signIn("both2@example.com", `/invitations/${String(body.id)}`);
      const answers = await Promise.all(
        [first, second].map(({ cookie }) => people.request("DELETE", "/api/account", { cookie })),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      const [organisation] = await opened.database.query<{ deleted: boolean }>({
        text: "select deleted_at is not null as deleted from featstore.organisations where id = $1::text",
        parameters: [first.person.organisation],
      });
      expect(organisation?.deleted).toBe(true);
    });

    test("a deleted organisation loses keys, members, invitations and its name", async () => {
      const { cookie, person } = await people.signIn("closer@example.com");
      await people.request("PATCH", "/api/account", { cookie, body: { organisation_name: "Closing Records" } });
      await people.request("POST", "/api/invitations", { cookie, body: { email: "waiting@example.com" } });
      const { key, id } = await keyOf(person.organisation);
      const answer = await people.request("DELETE", "/api/account/organisation", { cookie });
      expect(answer.body).toEqual({ deleted: person.organisation });
      await expect
        .poll(async () => (await people.request("GET", "/api/account", { key })).body.code)
        .toBe("key_revoked");
      expect(await rowsWith("Closing Records", "waiting@example.com")).toEqual([]);
      expect(await rowsWith(`key.revoked,${id}`)).toHaveLength(1);
      const { body } = await people.request("GET", "/api/account", { cookie });
      expect(body.organisation).not.toMatchObject({ id: person.organisation });
    });

    test("the export has everything about the person, and no secrets", async () => {
      const { cookie, person } = await people.signIn("export@example.com");
      const { body, headers, text } = await people.request("GET", "/api/account/export", { cookie });
      expect(headers.get("content-disposition")).toContain("attachment");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(body).toMatchObject({
        person: { id: person.userId, email: "export@example.com" },
        memberships: [{ organisation_id: person.organisation, role: "owner" }],
        sessions: [{ address: "192.0.2.7", user_agent: "test" }],
        actions: [{ action: "organisation.founded" }, { action: "member.added" }, { action: "session.started" }],
      });
      const [session] = await opened.database.query<{ token: string }>({
        text: `select token from featstore_auth.session where "userId" = $1::text`,
        parameters: [person.userId],
      });
      expect(text).not.toContain(session?.token);
    });
  });
}
