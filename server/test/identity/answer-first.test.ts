import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { type People, startPeople, VISITOR } from "../helpers/people";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

/** A database whose statements about people wait until `open` is called, or fail with `fail`. */
function heldBack(database: Database) {
  let held: Promise<void> | undefined;
  let open = () => {};
  let fail = () => {};
  return {
    database: {
      ...database,
      query: async (statement, options) => {
        if (/may_join|sign_in_mail|sign_in_mails/.test(statement.text)) await held;
        return database.query(statement, options);
      },
    } satisfies Database,
    hold: () => {
      held = new Promise((resolve, reject) => {
        open = resolve;
        fail = () => reject(new Error("connection to eve@example.com lost"));
      });
      held.catch(() => undefined);
    },
    open: () => open(),
    fail: () => fail(),
  };
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`asking for a mail on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let store: ReturnType<typeof heldBack>;
    let people: People;
    beforeEach(async () => {
      opened = await target.openMigrated();
      store = heldBack(opened.database);
      people = await startPeople(store.database, { env: { FEATSTORE_AUTH_SIGNUP: "invite" } });
    });
    afterEach(async () => {
      store.open();
      await people?.close();
      await opened?.drop();
    });
    const operator = () =>
      opened.database.script("insert into featstore.operators (email) values ('known@example.com')");

    test("is answered before anybody looks whether the address is known", async () => {
      await operator();
      store.hold();
      for (const email of ["known@example.com", "unknown@example.com"]) {
        expect((await people.identity.requestLink({ email }, VISITOR)).ticket).toMatch(/^[A-Za-z]{32}$/);
      }
      expect(people.mails).toEqual([]);
      store.open();
      await people.mailTo("known@example.com");
      await people.identity.idle();
      expect(people.mails.map(({ to }) => to)).toEqual(["known@example.com"]);
    });

    test("writes a fault of the store to the log, without the address", async () => {
      store.hold();
      await people.identity.requestLink({ email: "eve@example.com" }, VISITOR);
      store.fail();
      await people.identity.idle();
      const line = people
        .log()
        .split("\n")
        .find((text) => text.includes("sign-in mail"));
      expect(JSON.parse(line ?? "{}")).toMatchObject({ level: 50 });
      expect(people.log()).not.toContain("eve@example.com");
    });

    test("closing the server waits for mails that were requested", async () => {
      await operator();
      store.hold();
      await people.identity.requestLink({ email: "known@example.com" }, VISITOR);
      const closing = people.deps.close();
      store.open();
      await closing;
      expect(people.mails.map(({ to }) => to)).toEqual(["known@example.com"]);
    });

    test("stores as much for an unknown address as for a known one, so that wrong codes take the same way", async () => {
      await operator();
      for (const email of ["known@example.com", "unknown@example.com"]) {
        const { ticket } = await people.identity.requestLink({ email }, VISITOR);
        await people.identity.idle();
        const guess = people.identity.verifyCode({ ticket, code: "000000" }, VISITOR);
        await expect(guess).rejects.toMatchObject({ code: "link_invalid" });
      }
      const rows = await opened.database.query({
        text: "select email, wrong_codes, code is null as silent from featstore.sign_in_mails order by email",
      });
      expect(rows).toEqual([
        { email: "known@example.com", wrong_codes: 1, silent: false },
        { email: "unknown@example.com", wrong_codes: 1, silent: false },
      ]);
    });
  });
}
