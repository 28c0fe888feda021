import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { type People, startPeople, VISITOR } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

/** A database whose process "dies" before the n-th of its next statements: that one and all later ones fail. */
function mortal(database: Database) {
  let left = Number.POSITIVE_INFINITY;
  const mortalDatabase: Database = {
    ...database,
    query: (statement, options) => {
      left--;
      if (left < 0) return Promise.reject(new Error("the process died"));
      return database.query(statement, options);
    },
  };
  return {
    database: mortalDatabase,
    dieBefore: (statement: number) => {
      left = statement;
    },
    isDead: () => left < 0,
    revive: () => {
      const died = left < 0;
      left = Number.POSITIVE_INFINITY;
      return died;
    },
  };
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`a sign-up that ends between two statements on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let people: People;
    let process: ReturnType<typeof mortal>;
    beforeAll(async () => {
      opened = await target.openMigrated();
      process = mortal(opened.database);
      people = await startPeople(process.database);
    });
    afterAll(async () => {
      await people?.close();
      await opened?.drop();
    });
    const organisationsOf = (userId: string) =>
      opened.database.query({
        text: `select from featstore.members m join featstore.organisations o on o.id = m.organisation_id
          where m.user_id = $1::text and m.role = 'owner'`,
        parameters: [userId],
      });

    test("succeeds when it is repeated, whichever statement was the last, and makes one organisation", async () => {
      let deaths = 0;
      for (let statement = 0; ; statement++) {
        const email = `person${statement}@example.com`;
        process.dieBefore(statement);
        const ask = people.identity.requestLink({ email }, { ...VISITOR, address: `192.0.2.${statement}` });
        await ask.catch(() => undefined);
        await people.identity.idle();
        const token = process.isDead() ? undefined : await tokenOf(people, email);
        if (token !== undefined) await people.identity.confirmLink({ token }, VISITOR).catch(() => undefined);
        const died = process.revive();
        const { person, cookie } = await people.signIn(email);
        expect(await organisationsOf(person.userId)).toHaveLength(1);
        expect((await people.request("GET", "/api/account", { cookie })).status).toBe(200);
        const log = await opened.database.query({
          text: "select from featstore.audit_log where actor_id = $1::text and action = 'organisation.founded'",
          parameters: [person.userId],
        });
        expect(log).toHaveLength(1);
        if (!died) break;
        deaths++;
      }
      expect(deaths).toBeGreaterThan(8);
    });

    test("a session that began before the organisation was made gets it with its first request", async () => {
      const { person, cookie } = await people.signIn("orphan@example.com");
      await opened.database.script(
        `delete from featstore.members where user_id = '${person.userId}'; delete from featstore.people where user_id = '${person.userId}'`,
      );
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => people.request("GET", "/api/account", { cookie })),
      );
      const ids = answers.map(({ body }) => (body.organisation as { id: string }).id);
      expect(new Set(ids).size).toBe(1);
      expect(await organisationsOf(person.userId)).toHaveLength(1);
    });
  });
}

async function tokenOf(people: People, email: string): Promise<string> {
  const { text } = await people.mailTo(email);
  return /token=([A-Za-z]+)/.exec(text)?.[1] ?? "";
}
