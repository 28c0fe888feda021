import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type People, startPeople } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`notices to owners on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let people: People;

    beforeAll(async () => {
      opened = await target.open();
      people = await startPeople(opened.database);
    });
    afterAll(async () => {
      await people?.close();
      await opened?.drop();
    });

    const organisations = () => {
      const { organisations: found } = people.deps;
      if (found === null) throw new Error("nobody signs in");
      return found;
    };
    const mailsTo = (to: string, part: string) =>
      people.mails.filter((mail) => mail.to === to && mail.text.includes(part));

    test("the owners get a mail about a quota, and the person who made an old key, or the owners, about that", async () => {
      const { cookie, person } = await people.signIn("owner@example.com");
      const { body } = await people.request("POST", "/api/invitations", {
        cookie,
        body: { email: "member@example.com" },
      });
      const member = await people.signIn("member@example.com", `/invitations/${String(body.id)}`);
      const { organisation } = person;

      await organisations().notifyQuota({
        ...{ organisation, month: "2026-01", quota: "rows" as const, percent: 95, used: 950, maximum: 1000 },
      });
      await expect.poll(() => mailsTo("owner@example.com", "95 % of its rows of 2026-01: 950 of 1000")).toHaveLength(1);
      expect(mailsTo("member@example.com", "95 %")).toEqual([]);

      const key = { id: "k3v7w2q5m4x6p2ab", name: "nightly", organisation };
      await organisations().notifyKeyDue({ ...key, createdBy: member.person.userId });
      await expect.poll(() => mailsTo("member@example.com", '"nightly" (k3v7w2q5m4x6p2ab)')).toHaveLength(1);
      await organisations().notifyKeyDue({ ...key, createdBy: "somebody-who-left" });
      await expect.poll(() => mailsTo("owner@example.com", '"nightly"')).toHaveLength(1);
      expect(await organisations().notifyKeyDue({ ...key, organisation: null, createdBy: null })).toBe(false);
    });
  });
}
