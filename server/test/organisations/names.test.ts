import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameFault, nameInMail } from "../../src/organisations/name-fault";
import { type People, startPeople } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const links = [
  "Sign in at https://evil.example",
  "ftp://x",
  "WWW.evil.example",
  "evil.example/login",
  "see evil.example?a=1",
  "mailto:eve",
];

test("names with links are refused, and names with dots and slashes are not", () => {
  for (const name of links) expect(nameFault(name), name).toBeDefined();
  for (const name of ["Booking.com", "AC/DC", "Acme: music", "Big data: one", "Dr. No", "a.b / c", "1.5/2"]) {
    expect([nameFault(name), nameInMail(name)]).toEqual([undefined, name]);
  }
});

test("a link in a name that is stored is none in a mail", () => {
  for (const name of links) expect(nameFault(nameInMail(name)), name).toBeUndefined();
});

const [target] = testDatabases("main");
describe.skipIf(target?.skip !== false)("organisations", () => {
  let opened: OpenTestDatabase;
  let people: People;
  beforeAll(async () => {
    if (target === undefined) return;
    opened = await target.openMigrated();
    people = await startPeople(opened.database);
  });
  afterAll(async () => {
    await people?.close();
    await opened?.drop();
  });

  test("cannot be renamed to a link", async () => {
    const { cookie } = await people.signIn("links@example.com");
    const body = { organisation_name: "https://evil.example" };
    expect(await people.request("PATCH", "/api/account", { cookie, body })).toMatchObject({
      status: 400,
      body: { code: "invalid_body", errors: [{ path: "organisation_name" }] },
    });
  });

  test("that are named after a mail address put no link into invitations", async () => {
    const { cookie } = await people.signIn("www.evil.example@example.com");
    await people.request("POST", "/api/invitations", { cookie, body: { email: "guest@example.com" } });
    const { text } = await people.mailTo("guest@example.com", 0, "/invitations/");
    expect(text).not.toContain("www.evil");
  });
});
