import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type People, startPeople, VISITOR } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`signing in with an open invitation on ${target.name}`, () => {
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
    const invite = async (host: { readonly cookie: string }, email: string) => {
      const { status, body } = await people.request("POST", "/api/invitations", {
        cookie: host.cookie,
        body: { email },
      });
      expect(status).toBe(201);
      return String(body.id);
    };
    const membersOf = async (organisation: string) =>
      (
        await opened.database.query<{ email: string }>({
          text: `select u.email from featstore.members m join featstore_auth."user" u on u.id = m.user_id
            where m.organisation_id = $1::text order by u.email`,
          parameters: [organisation],
        })
      ).map(({ email }) => email);

    test("a mail that someone else asks for with an invitation's page moves nobody", async () => {
      const victim = await people.signIn("victim@example.com");
      const host = await people.signIn("attacker@example.com");
      const next = `/invitations/${await invite(host, "victim@example.com")}`;
      const { token } = await people.askFor("victim@example.com", next);
      const { person, joined } = await people.identity.confirmLink({ token, next }, VISITOR);
      expect([person.organisation, joined]).toEqual([victim.person.organisation, false]);
      expect(await membersOf(host.person.organisation)).toEqual(["attacker@example.com"]);
    });

    test("the page of the invitation names the organisation, and its button joins", async () => {
      const guest = await people.signIn("guest@example.com");
      const host = await people.signIn("host@example.com");
      const id = await invite(host, "guest@example.com");
      const page = await people.app.request(`/invitations/${id}`, { headers: { cookie: guest.cookie } });
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Join host as member")]);
      const headers = { cookie: guest.cookie, origin: "http://127.0.0.1:8080" };
      const form = { "content-type": "application/x-www-form-urlencoded", ...headers };
      const path = `/portal/account/invitations/${id}/accept`;
      expect((await people.app.request(path, { method: "POST", headers: form })).status).toBe(303);
      expect(await membersOf(host.person.organisation)).toEqual(["guest@example.com", "host@example.com"]);
    });

    test("a new person chooses between an invitation and an organisation of their own", async () => {
      const host = await people.signIn("choice@example.com");
      for (const [email, accepts] of [
        ["joins@example.com", true],
        ["declines@example.com", false],
      ] as const) {
        const id = await invite(host, email);
        const { token, ticket, code } = await people.askFor(email, `/invitations/${id}`);
        const choice = { invitations: [{ id, organisation: "choice" }], mayDecline: true };
        await expect(people.identity.confirmLink({ token }, VISITOR)).rejects.toMatchObject(choice);
        await expect(people.identity.confirmLink({ token, join: "inv_other" }, VISITOR)).rejects.toMatchObject(choice);
        const join = accepts ? id : "none";
        const { person, joined } = await people.identity.verifyCode({ ticket, code, join }, VISITOR);
        expect([joined, person.organisation === host.person.organisation]).toEqual([accepts, accepts]);
      }
      expect(await membersOf(host.person.organisation)).toEqual(["choice@example.com", "joins@example.com"]);
    });

    test("where only invited people sign up, nobody joins without choosing either", async () => {
      const host = await people.signIn("inviting@example.com");
      const id = await invite(host, "only@example.com");
      const strict = await startPeople(opened.database, { env: { FEATSTORE_AUTH_SIGNUP: "invite" } });
      try {
        const { token } = await strict.askFor("only@example.com");
        const confirm = (join?: string) => strict.identity.confirmLink({ token, join }, VISITOR);
        await expect(confirm()).rejects.toMatchObject({ invitations: [{ id }], mayDecline: false });
        await expect(confirm("none")).rejects.toMatchObject({ mayDecline: false });
        expect((await confirm(id)).joined).toBe(true);
      } finally {
        await strict.close();
      }
    });
  });
}
