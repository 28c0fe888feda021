import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Visitor } from "../../src/identity/visitor";
import { type People, startPeople, VISITOR } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const otherThan = (code: string) => (code === "000000" ? "000001" : "000000");
const invalid = { code: "link_invalid" };

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`mails that wait to be used on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let people: People;
    let others: People;
    beforeAll(async () => {
      opened = await target.openMigrated();
      people = await startPeople(opened.database);
      others = await startPeople(opened.database);
    });
    afterAll(async () => {
      await people?.close();
      await others?.close();
      await opened?.drop();
    });
    let strangers = 0;
    /** A visitor of another network. */
    const stranger = () => ({ address: `198.51.100.${++strangers}`, userAgent: undefined });
    const codeWith = (ticket: string, code: string, visitor: Visitor = VISITOR) =>
      people.identity.verifyCode({ ticket, code }, visitor);

    test("a mail that a stranger asks for voids neither the link nor the code of an earlier one", async () => {
      const email = "kept@example.com";
      const { ticket, code } = await people.askFor(email);
      await people.identity.requestLink({ email }, stranger());
      expect((await codeWith(ticket, code)).person.email).toBe(email);
    });

    test("wrong codes of a stranger do not count for the owner's mail", async () => {
      const email = "guessed@example.com";
      const { ticket, code } = await people.askFor(email);
      const theirs = await people.identity.requestLink({ email }, stranger());
      for (let guess = 0; guess < 4; guess++) {
        await expect(codeWith(theirs.ticket, otherThan(code), stranger())).rejects.toMatchObject(invalid);
      }
      expect((await codeWith(ticket, code)).person.email).toBe(email);
    });

    test("a code works only in the browser that requested its mail", async () => {
      const { code } = await people.askFor("bound@example.com");
      const theirs = await people.identity.requestLink({ email: "bound@example.com" }, stranger());
      await expect(codeWith(theirs.ticket, code)).rejects.toMatchObject(invalid);
    });

    test("an owner whose mails strangers used up signs in with one of them, and then gets mails again", async () => {
      const email = "flooded@example.com";
      for (let mail = 0; mail < 5; mail++) await people.identity.requestLink({ email }, stranger());
      await expect(people.identity.requestLink({ email }, VISITOR)).rejects.toMatchObject({ code: "too_many_mails" });
      const { text } = await people.mailTo(email, 4);
      const token = /token=([A-Za-z]+)/.exec(text)?.[1] ?? "";
      expect((await people.identity.confirmLink({ token }, VISITOR)).person.email).toBe(email);
      await people.identity.requestLink({ email }, VISITOR);
    });

    test("invitations do not use up the mails that people sign in with", async () => {
      const { cookie } = await people.signIn("host@example.com");
      const invite = () => people.request("POST", "/api/invitations", { cookie, body: { email: "guest@example.com" } });
      const statuses = [];
      for (let mail = 0; mail < 6; mail++) statuses.push((await invite()).status);
      expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
      await people.identity.requestLink({ email: "guest@example.com" }, VISITOR);
    });

    test("all servers count the mails to an address together", async () => {
      const email = "shared@example.com";
      for (let mail = 0; mail < 5; mail++) await others.identity.requestLink({ email }, stranger());
      await others.identity.requestLink({ email }, stranger()).catch(() => undefined);
      await others.deps.close();
      await expect(people.identity.requestLink({ email }, VISITOR)).rejects.toMatchObject({ code: "too_many_mails" });
    });

    test("codes stop after five mails of a day with three wrong codes each, and links do not", async () => {
      const email = "attacked@example.com";
      const { ticket, code } = await people.askFor(email);
      for (let guess = 0; guess < 3; guess++) {
        await expect(codeWith(ticket, otherThan(code))).rejects.toMatchObject(invalid);
      }
      const copies = (from: number, to: number) =>
        opened.database.query({
          text: `insert into featstore.sign_in_mails (ticket, email, link, code, wrong_codes, expires_at)
            select ticket || n, email, link || n, code, wrong_codes, now() - interval '1 minute'
              from featstore.sign_in_mails, generate_series(${from}, ${to}) n
              where email = $1::text and expires_at > now() and wrong_codes = 3`,
          parameters: [email],
        });
      await copies(1, 3);
      expect((await people.askFor(email)).code).toMatch(/^[0-9]{6}$/);
      await copies(4, 4);
      const last = await people.askFor(email);
      expect(last.code).toBe("");
      expect((await people.identity.confirmLink({ token: last.token }, VISITOR)).person.email).toBe(email);
      expect((await people.askFor(email)).code).toMatch(/^[0-9]{6}$/);
    });

    test("a used link voids the code of its mail, and all earlier mails", async () => {
      const email = "voided@example.com";
      const [first, second, third] = [
        await people.askFor(email),
        await people.askFor(email),
        await people.askFor(email),
      ];
      await people.identity.confirmLink({ token: second.token }, VISITOR);
      await expect(codeWith(second.ticket, second.code)).rejects.toMatchObject(invalid);
      for (const { token, ticket, code } of [first, third]) {
        await expect(people.identity.confirmLink({ token }, VISITOR)).rejects.toMatchObject(invalid);
        await expect(codeWith(ticket, code)).rejects.toMatchObject(invalid);
      }
    });

    test("of a link and the code of the same mail at once only one signs in", async () => {
      const { token, ticket, code } = await people.askFor("both@example.com");
      const both = await Promise.allSettled([people.identity.confirmLink({ token }, VISITOR), codeWith(ticket, code)]);
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    test("wrong codes of one network are limited, whichever ticket they have", async () => {
      const from = (host: number) => ({ address: `2001:db8:7::${host}`, userAgent: undefined });
      const codes: string[] = [];
      for (let guess = 1; guess <= 31; guess++) {
        await codeWith(`invented${guess}`, "123456", from(guess)).catch(({ code }) => codes.push(code));
      }
      expect(codes.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => "link_invalid"));
      expect(codes[30]).toBe("too_many_failed_attempts");
    });
  });
}
