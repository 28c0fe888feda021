import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type People, startPeople, VISITOR } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`members on ${target.name}`, () => {
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
    const rolesIn = async (organisation: string) => {
      const rows = await opened.database.query<{ role: string }>({
        text: "select role from featstore.members where organisation_id = $1::text order by role",
        parameters: [organisation],
      });
      return rows.map(({ role }) => role);
    };
    /** Signs in a new person, and lets them join an organisation by invitation. */
    const join = async (host: { cookie: string }, email: string, role: string) => {
      const sent = await people.request("POST", "/api/invitations", { cookie: host.cookie, body: { email, role } });
      expect(sent.status).toBe(201);
      const guest = await people.signIn(email, `/invitations/${String(sent.body.id)}`);
      expect(guest.person.role).toBe(role);
      return guest;
    };

    test("signing in from an invitation's page says whether the person joined", async () => {
      const owner = await people.signIn("owner0@example.com");
      const body = { email: "guest0@example.com", role: "member" };
      const { id } = (await people.request("POST", "/api/invitations", { cookie: owner.cookie, body })).body;
      const next = `/invitations/${String(id)}`;
      const joined = async (email: string) => {
        const { token } = await people.askFor(email, next);
        const confirm = (join?: string) => people.identity.confirmLink({ token, next, join }, VISITOR);
        return (await confirm().catch(() => confirm(String(id)))).joined;
      };
      expect([await joined("other0@example.com"), await joined("guest0@example.com")]).toEqual([false, true]);
      expect(await joined("guest0@example.com")).toBe(false);
    });

    test("an invitation is mailed, and a new person joins with it instead of founding an organisation", async () => {
      const owner = await people.signIn("owner1@example.com");
      const guest = await join(owner, "guest1@example.com", "admin");
      const { text } = await people.mailTo("guest1@example.com", 0, ":8080/invitations/");
      expect(text).toMatch(/http:\/\/127\.0\.0\.1:8080\/invitations\/inv_[a-z2-7]{16}$/m);
      expect(guest.person.organisation).toBe(owner.person.organisation);
      const { body } = await people.request("GET", "/api/members", { cookie: guest.cookie });
      expect(body.members).toMatchObject([
        { email: "owner1@example.com", role: "owner" },
        { email: "guest1@example.com", role: "admin" },
      ]);
      expect((await people.request("GET", "/api/invitations", { cookie: owner.cookie })).body.invitations).toEqual([]);
    });

    test("an invitation of another address, an expired one and a used one are refused", async () => {
      const owner = await people.signIn("owner2@example.com");
      const other = await people.signIn("other2@example.com");
      const invited = await people.signIn("invited2@example.com");
      const invite = async () => {
        const body = { email: "Invited2@example.com" };
        return String((await people.request("POST", "/api/invitations", { cookie: owner.cookie, body })).body.id);
      };
      const accept = (id: string, cookie: string) =>
        people.request("POST", `/api/invitations/${id}/accept`, { cookie });
      const first = await invite();
      const second = await invite();
      expect((await accept(first, invited.cookie)).body.code).toBe("invitation_not_found");
      expect((await accept(second, other.cookie)).body.code).toBe("invitation_not_found");
      await opened.database.query({
        text: "update featstore.invitations set expires_at = now() - interval '1 second'",
      });
      expect((await accept(second, invited.cookie)).body.code).toBe("invitation_not_found");
      const third = await invite();
      const received = await people.request("GET", "/api/account", { cookie: invited.cookie });
      expect(received.body.invitations).toMatchObject([{ id: third, organisation: "owner2", role: "member" }]);
      expect((await accept(third, invited.cookie)).body).toMatchObject({
        organisation: { id: owner.person.organisation },
        role: "member",
      });
      expect((await accept(third, invited.cookie)).body.code).toBe("invitation_not_found");
      for (const id of ["", "x", "inv_", "%00", "'; select 1; --", "inv_aaaaaaaaaaaaaaaa"]) {
        expect((await accept(encodeURIComponent(id), invited.cookie)).status).toBe(404);
      }
    });

    test("two owners who demote each other at once leave one owner", async () => {
      const first = await people.signIn("first@example.com");
      const second = await join(first, "second@example.com", "owner");
      const { organisation } = first.person;
      for (let round = 0; round < 10; round++) {
        await opened.database.query({
          text: "update featstore.members set role = 'owner' where organisation_id = $1::text",
          parameters: [organisation],
        });
        const demote = (by: string, whom: string) =>
          people.request("PATCH", `/api/members/${whom}`, { cookie: by, body: { role: "member" } });
        const answers = await Promise.all([
          demote(first.cookie, second.person.userId),
          demote(second.cookie, first.person.userId),
        ]);
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
        expect(await rolesIn(organisation)).toEqual(["member", "owner"]);
      }
    });

    test("two owners who leave at once leave one owner", async () => {
      const first = await people.signIn("leaver1@example.com");
      const second = await join(first, "leaver2@example.com", "owner");
      const leave = ({ cookie, person }: typeof first) =>
        people.request("DELETE", `/api/members/${person.userId}`, { cookie });
      const answers = await Promise.all([leave(first), leave(second)]);
      expect(answers.map(({ body }) => body.code).sort()).toEqual(["last_owner", undefined]);
      expect(await rolesIn(first.person.organisation)).toEqual(["owner"]);
    });

    test("an admin manages members but no owners, and a member only leaves", async () => {
      const owner = await people.signIn("owner3@example.com");
      const admin = await join(owner, "admin3@example.com", "admin");
      const member = await join(owner, "member3@example.com", "member");
      const change = (by: { cookie: string }, whom: { person: { userId: string } }, role: string) =>
        people.request("PATCH", `/api/members/${whom.person.userId}`, { cookie: by.cookie, body: { role } });
      expect((await change(admin, owner, "member")).body.code).toBe("role_required");
      expect((await change(admin, admin, "owner")).body.code).toBe("role_required");
      expect((await change(member, member, "admin")).body.code).toBe("role_required");
      expect((await change(admin, member, "admin")).status).toBe(200);
      expect((await change(admin, member, "member")).status).toBe(200);
      const invite = (by: { cookie: string }, role: string) =>
        people.request("POST", "/api/invitations", { cookie: by.cookie, body: { email: "x3@example.com", role } });
      expect((await invite(admin, "owner")).body.code).toBe("role_required");
      expect((await invite(member, "member")).body.code).toBe("role_required");
      expect((await people.request("GET", "/api/invitations", { cookie: member.cookie })).body.code).toBe(
        "role_required",
      );
      const rename = { cookie: member.cookie, body: { organisation_name: "mine" } };
      expect((await people.request("PATCH", "/api/account", rename)).body.code).toBe("role_required");
      const gone = await people.request("DELETE", "/api/account/organisation", { cookie: admin.cookie });
      expect(gone.body.code).toBe("role_required");
      const left = await people.request("DELETE", `/api/members/${member.person.userId}`, { cookie: member.cookie });
      expect(left.status).toBe(200);
      // Where everybody may sign up, a person without an organisation founds one.
      const { body } = await people.request("GET", "/api/account", { cookie: member.cookie });
      expect(body.organisation).not.toMatchObject({ id: owner.person.organisation });
      expect(body.role).toBe("owner");
    });

    test("a key may do no more than the person who made it, also after they have left", async () => {
      const owner = await people.signIn("keys-owner@example.com");
      const member = await join(owner, "keys-member@example.com", "member");
      const scopes = ["account:read", "keys:read", "keys:write", "registry:read", "training:read", "training:write"];
      const make = async (cookie: string) => {
        const { status, body } = await people.request("POST", "/api/keys", {
          cookie,
          body: { name: "laptop", scopes },
        });
        expect(status).toBe(201);
        return String(body.key);
      };
      const [ofOwner, ofMember] = [await make(owner.cookie), await make(member.cookie)];
      const statusOf = async (path: string, key: string) => (await people.request("GET", path, { key })).status;
      expect(await statusOf("/api/audit-log", ofOwner)).toBe(200);
      expect(await people.request("GET", "/api/audit-log", { key: ofMember })).toMatchObject({
        status: 403,
        body: { code: "role_required" },
      });
      expect(await statusOf("/api/keys", ofMember)).toBe(200);
      const id = member.person.userId;
      expect((await people.request("DELETE", `/api/members/${id}`, { cookie: owner.cookie })).status).toBe(200);
      // The servers are notified.
      await expect.poll(() => statusOf("/api/keys", ofMember)).toBe(403);
      const body = { name: "another", scopes: ["registry:read"] };
      expect(await people.request("POST", "/api/keys", { key: ofMember, body })).toMatchObject({
        status: 403,
        body: { code: "scope_required" },
      });
      expect(await statusOf("/api/account", ofMember)).toBe(403);
      const missing = "/api/training-sets/ts_aaaaaaaaaaaaaaaa";
      const changes = [
        await people.request("POST", "/api/training-sets", { key: ofMember, body: {} }),
        await people.request("DELETE", missing, { key: ofMember }),
        await people.request("POST", `${missing}/cancel`, { key: ofMember }),
      ];
      expect(changes.map(({ body }) => body.code)).toEqual(["scope_required", "scope_required", "scope_required"]);
      expect(await statusOf("/api/training-sets/missing", ofMember)).not.toBe(403);
      expect(await statusOf("/api/feature-views", ofMember)).toBe(200);
    });

    test("members of another organisation are out of reach", async () => {
      const mine = await people.signIn("mine4@example.com");
      const yours = await people.signIn("yours4@example.com");
      const path = `/api/members/${yours.person.userId}`;
      const { cookie } = mine;
      expect((await people.request("DELETE", path, { cookie })).body.code).toBe("member_not_found");
      expect((await people.request("PATCH", path, { cookie, body: { role: "admin" } })).body.code).toBe(
        "member_not_found",
      );
      const foreign = { cookie, body: { organisation: yours.person.organisation } };
      expect((await people.request("PATCH", "/api/account", foreign)).body.code).toBe("organisation_not_found");
    });

    test("a person works in one organisation at a time, and switches", async () => {
      const host = await people.signIn("host5@example.com");
      const guest = await people.signIn("guest5@example.com");
      const own = guest.person.organisation;
      const body = { email: "guest5@example.com" };
      const { id } = (await people.request("POST", "/api/invitations", { cookie: host.cookie, body })).body;
      await people.request("POST", `/api/invitations/${String(id)}/accept`, { cookie: guest.cookie });
      const now = await people.request("GET", "/api/account", { cookie: guest.cookie });
      expect(now.body).toMatchObject({ organisation: { id: host.person.organisation }, role: "member" });
      expect(now.body.organisations).toHaveLength(2);
      const back = await people.request("PATCH", "/api/account", { cookie: guest.cookie, body: { organisation: own } });
      expect(back.body).toMatchObject({ organisation: { id: own }, role: "owner" });
    });

    test("a member cannot be invited again, and more than 100 open invitations are refused", async () => {
      const { cookie, person } = await people.signIn("many@example.com");
      const invite = (email: string) => people.request("POST", "/api/invitations", { cookie, body: { email } });
      expect((await invite("many@example.com")).body.code).toBe("already_member");
      await opened.database.query({
        text: `insert into featstore.invitations (id, organisation_id, email, role, invited_by, expires_at)
          select 'inv_' || translate(lpad(n::text, 16, 'a'), '0189', 'bcde'), $1::text, 'p' || n || '@example.com', 'member', 'x',
            now() + interval '1 day' from generate_series(1, 100) n`,
        parameters: [person.organisation],
      });
      expect((await invite("one-more@example.com")).body.code).toBe("too_many_invitations");
    });

    test("every change is in the audit log, without mail addresses", async () => {
      const rows = await opened.database.query<{ action: string; text: string }>({
        text: "select action, audit_log::text as text from featstore.audit_log",
      });
      const actions = new Set(rows.map(({ action }) => action));
      for (const action of ["organisation.founded", "member.added", "member.role_changed", "member.removed"]) {
        expect(actions).toContain(action);
      }
      expect(actions).toContain("invitation.sent");
      expect(rows.filter(({ text }) => text.includes("@"))).toEqual([]);
    });
  });
}
