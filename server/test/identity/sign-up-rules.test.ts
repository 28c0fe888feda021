import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type People, startPeople, VISITOR } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`who may sign up on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let people: People | undefined;
    beforeEach(async () => {
      opened = await target.openMigrated();
    });
    afterEach(async () => {
      await people?.close();
      people = undefined;
      await opened?.drop();
    });
    const start = async (env: Record<string, string>) => {
      people = await startPeople(opened.database, { env });
      return people;
    };
    const invite = (email: string) =>
      opened.database.script(`
        insert into featstore.organisations (id, name, tier) values ('org_aaaaaaaaaaaaaaaa', 'Example', 'free');
        insert into featstore.invitations (id, organisation_id, email, role, invited_by, expires_at)
          values ('inv_aaaaaaaaaaaaaaaa', 'org_aaaaaaaaaaaaaaaa', '${email}', 'admin', 'x', now() + interval '1 day')`);
    /** Asks for a mail, and returns the mails that were sent once another person's has arrived. */
    const mailsAfter = async (at: People, email: string) => {
      await at.identity.requestLink({ email }, VISITOR);
      await opened.database.script(
        "insert into featstore.operators (email) values ('root@example.com') on conflict do nothing",
      );
      await at.askFor("root@example.com");
      return at.mails.filter(({ to }) => to === email);
    };

    test("closed: nobody new but operators, and the outcome does not tell", async () => {
      const closed = await start({ FEATSTORE_AUTH_SIGNUP: "closed" });
      await invite("invited@example.com");
      expect(await mailsAfter(closed, "nobody@example.com")).toEqual([]);
      expect(await mailsAfter(closed, "invited@example.com")).toEqual([]);
      expect((await closed.signIn("root@example.com")).person).toMatchObject({ operator: true, role: "owner" });
    });

    test("invite: a new person joins the organisation of the invitation, also without its link", async () => {
      const invited = await start({ FEATSTORE_AUTH_SIGNUP: "invite" });
      await invite("invited@example.com");
      expect(await mailsAfter(invited, "nobody@example.com")).toEqual([]);
      const { person } = await invited.signIn("invited@example.com");
      expect(person).toMatchObject({ organisation: "org_aaaaaaaaaaaaaaaa", role: "admin" });
    });

    test("domains: mail addresses of exactly these domains", async () => {
      const some = await start({
        FEATSTORE_AUTH_SIGNUP: "domains",
        FEATSTORE_AUTH_DOMAINS: "example.org, example.net",
      });
      expect(await mailsAfter(some, "ada@sub.example.org")).toEqual([]);
      expect(await mailsAfter(some, "ada@example.org.evil.com")).toEqual([]);
      expect((await some.signIn("ada@Example.net")).person.role).toBe("owner");
    });

    test("a person whom the rules no longer let in is refused with the link that they have", async () => {
      const open = await start({ FEATSTORE_AUTH_SIGNUP: "invite" });
      await invite("invited@example.com");
      const { token } = await open.askFor("invited@example.com");
      const { code, ticket } = await open.askFor("invited@example.com");
      await opened.database.script("delete from featstore.invitations");
      await expect(open.identity.confirmLink({ token }, VISITOR)).rejects.toMatchObject({ code: "sign_up_refused" });
      const late = open.identity.verifyCode({ ticket, code }, VISITOR);
      await expect(late).rejects.toMatchObject({ code: "sign_up_refused" });
      expect(await opened.database.query({ text: `select from featstore_auth."user"` })).toEqual([]);
    });

    test("a signed-in person who lost the last organisation is refused with the reason", async () => {
      const invited = await start({ FEATSTORE_AUTH_SIGNUP: "invite" });
      await invite("invited@example.com");
      const { cookie } = await invited.signIn("invited@example.com");
      await opened.database.script("delete from featstore.members");
      const answer = await invited.request("GET", "/api/account", { cookie });
      expect(answer).toMatchObject({ status: 403, body: { code: "sign_up_refused" } });
    });

    test("without a mail server, the link is in the log and nowhere else", async () => {
      const logged = await start({ FEATSTORE_AUTH_MAIL_URL: "", FEATSTORE_AUTH_MAIL_FROM: "" });
      await logged.identity.requestLink({ email: "ada@example.com" }, VISITOR);
      await expect.poll(() => logged.log()).toContain("/portal/sign-in/link?token=");
      const token = /token=([A-Za-z]{32})/.exec(logged.log())?.[1] ?? "";
      expect((await logged.identity.confirmLink({ token }, VISITOR)).person.email).toBe("ada@example.com");
    });
  });
}
