import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { type People, startPeople, VISITOR } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const otherThan = (code: string) => (code === "000000" ? "000001" : "000000");

/** Returns all rows of all tables as one text. */
async function everyRow(database: Database): Promise<string> {
  const tables = await database.query<{ name: string }>({
    text: `select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace n on n.oid = relnamespace
      where nspname in ('featstore', 'featstore_auth') and relkind = 'r'`,
  });
  const texts = await Promise.all(
    tables.map(({ name }) =>
      database.query<{ rows: string | null }>({ text: `select json_agg(t)::text as rows from ${name} t` }),
    ),
  );
  return texts.map(([row]) => row?.rows ?? "").join("\n");
}

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`signing in on ${target.name}`, () => {
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

    test("a mailed link makes an account with an organisation on the default tier", async () => {
      const { cookie, person } = await people.signIn("Ada@Example.com", "/keys");
      expect(person).toMatchObject({ email: "ada@example.com", role: "owner", operator: false });
      const { status, body } = await people.request("GET", "/api/account", { cookie });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        person: { email: "ada@example.com", operator: false },
        organisation: { id: person.organisation, name: "ada", tier: "free", tenant: null },
        role: "owner",
      });
      const again = await people.signIn("ada@example.com");
      expect(again.person).toEqual(person);
    });

    test("the mail has one recipient, a link to our own page, and where the person wanted to go", async () => {
      const { link } = await people.askFor("next@example.com", "/keys?new=1");
      expect(link.origin + link.pathname).toBe("http://127.0.0.1:8080/portal/sign-in/link");
      expect(link.searchParams.get("next")).toBe("/keys?new=1");
      const seconds = Number(link.searchParams.get("until")) - Date.now() / 1000;
      expect(seconds > 0 && seconds <= 15 * 60).toBe(true);
      const { headers } = await people.mailTo("next@example.com");
      expect(headers).toMatch(/^To: next@example\.com$/m);
      expect(headers).not.toMatch(/^b?cc:/im);
    });

    test("a link signs in once", async () => {
      const { token } = await people.askFor("once@example.com");
      const both = await Promise.allSettled([
        people.identity.confirmLink({ token }, VISITOR),
        people.identity.confirmLink({ token }, VISITOR),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      await expect(people.identity.confirmLink({ token }, VISITOR)).rejects.toMatchObject({ code: "link_invalid" });
    });

    test("an expired link and an invented one do not sign in", async () => {
      const { token } = await people.askFor("late@example.com");
      await opened.database.query({
        text: `update featstore.sign_in_mails set expires_at = now() - interval '1 second'`,
      });
      await expect(people.identity.confirmLink({ token }, VISITOR)).rejects.toMatchObject({ code: "link_invalid" });
      for (const invented of [
        "",
        "x",
        "A".repeat(32),
        "A".repeat(100_000),
        "'; drop table featstore_auth.user; --",
        "\0",
      ]) {
        await expect(people.identity.confirmLink({ token: invented }, VISITOR)).rejects.toMatchObject({
          code: "link_invalid",
        });
      }
    });

    test("a code signs in once, and three wrong ones void it, but not its link", async () => {
      const email = "code@example.com";
      const { code, ticket } = await people.askFor(email);
      expect((await people.identity.verifyCode({ ticket, code }, VISITOR)).person.email).toBe(email);
      await expect(people.identity.verifyCode({ ticket, code }, VISITOR)).rejects.toMatchObject({
        code: "link_invalid",
      });
      const next = await people.askFor(email);
      const guess = (guessed: string) => people.identity.verifyCode({ ticket: next.ticket, code: guessed }, VISITOR);
      const guesses = await Promise.allSettled(Array.from({ length: 3 }, () => guess(otherThan(next.code))));
      expect(guesses.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
      await expect(guess(next.code)).rejects.toMatchObject({ code: "link_invalid" });
      expect((await people.identity.confirmLink({ token: next.token }, VISITOR)).person.email).toBe(email);
    });

    test("a code of one person does not sign in another", async () => {
      const { code } = await people.askFor("mine@example.com");
      const { ticket } = await people.askFor("yours@example.com");
      await expect(people.identity.verifyCode({ ticket, code }, VISITOR)).rejects.toMatchObject({
        code: "link_invalid",
      });
    });

    test("no link, code or cookie is stored or logged in plain", async () => {
      const { token, code } = await people.askFor("secret@example.com");
      const before = await everyRow(opened.database);
      expect(before).not.toContain(token);
      expect(before).not.toMatch(new RegExp(`\\b${code}\\b`));
      const { cookies } = await people.identity.confirmLink({ token }, VISITOR);
      const value = decodeURIComponent(/session_token=([^;]+)/.exec(cookies.join())?.[1] ?? "");
      expect(value.length).toBeGreaterThan(60);
      expect(await everyRow(opened.database)).not.toContain(value);
      for (const secret of [token, code, value]) expect(people.log()).not.toContain(secret);
    });

    test("the cookie is for this site's requests only, and not for scripts", async () => {
      const { token } = await people.askFor("cookie@example.com");
      const { cookies } = await people.identity.confirmLink({ token }, VISITOR);
      expect(cookies.join()).toMatch(/featstore\.session_token=.*HttpOnly.*SameSite=Lax/i);
      expect(cookies.join()).not.toMatch(/Domain=|__Secure/);
    });

    test("signing out ends the session, also for a copy of the cookie", async () => {
      const { cookie } = await people.signIn("out@example.com");
      const cookies = await people.identity.signOut(cookie, VISITOR);
      expect(cookies.join()).toMatch(/featstore\.session_token=;.*Max-Age=0/i);
      expect((await people.request("GET", "/api/account", { cookie })).body.code).toBe("session_expired");
      const rows = await opened.database.query<{ action: string }>({
        text: "select action from featstore.audit_log where action like 'session.%' order by id desc limit 2",
      });
      expect(rows.map(({ action }) => action)).toEqual(["session.ended", "session.started"]);
    });

    test("a changed, foreign or expired cookie is no session", async () => {
      const { cookie } = await people.signIn("tamper@example.com");
      const changed = [
        `${cookie.slice(0, -5)}AAAA%3D`,
        "featstore.session_token=abc.def",
        "featstore.session_token=%",
        "featstore.session_token=",
        `featstore.session_token=${"x".repeat(10_000)}`,
      ];
      for (const each of changed) {
        expect((await people.request("GET", "/api/account", { cookie: each })).body.code).toBe("session_expired");
      }
      await opened.database.query({
        text: `update featstore_auth.session set "expiresAt" = now() - interval '1 second'`,
      });
      expect((await people.request("GET", "/api/account", { cookie })).body.code).toBe("session_expired");
    });

    test("mails are limited per recipient and per address, and unknown recipients count as well", async () => {
      const from = { address: "198.51.100.1", userAgent: undefined };
      const ask = (email: string) => people.identity.requestLink({ email }, from);
      for (let mail = 0; mail < 5; mail++) await ask("much@example.com");
      await expect(ask("much@example.com")).rejects.toMatchObject({ code: "too_many_mails" });
      for (let mail = 0; mail < 24; mail++) await ask(`person${mail}@example.com`);
      await expect(ask("another@example.com")).rejects.toMatchObject({ code: "too_many_mails" });
    });

    test("an address that is none is refused, and none reaches a mail's header", async () => {
      const bad = [
        "",
        "ada",
        "ada@localhost",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com, eve@example.com",
        "<ada@example.com>",
        `${"a".repeat(300)}@example.com`,
        "ada@example.com\0",
        "ada\u202e@example.com",
        '"a b"@example.com',
      ];
      for (const email of bad) {
        await expect(people.identity.requestLink({ email }, VISITOR)).rejects.toMatchObject({ code: "invalid_body" });
      }
    });

    test("a wanted page of another site becomes the first page", async () => {
      const foreign = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nb",
        "",
      ];
      const { token } = await people.askFor("redirect@example.com");
      const { link } = await people.askFor("redirect@example.com", foreign[0]);
      expect(link.searchParams.get("next")).toBeNull();
      const { next } = await people.identity.confirmLink({ token, next: foreign[1] }, VISITOR);
      expect(next).toBe("/");
      const { ownPath } = await import("../../src/core/own-path");
      for (const path of foreign) expect(ownPath(path, "/")).toBe("/");
    });
  });
}
