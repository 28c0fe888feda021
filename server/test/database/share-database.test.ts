import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database";
import { shareDatabase } from "../../src/database/share-database";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const target = testDatabases("main").find(({ name }) => name === "postgres-16");
if (target === undefined) throw new Error("no such test database");

describe.skipIf(target.skip)("a share of a database", () => {
  let opened: OpenTestDatabase;
  let database: Database;
  beforeAll(async () => {
    opened = await target.open({ poolSize: 4 });
    database = opened.database;
    await database.script("create table held (id integer)");
  });
  afterAll(() => opened?.drop());

  const running = async (): Promise<number> => {
    const [row] = await database.query<{ running: number }>({
      text: "select count(*)::integer as running from pg_stat_activity where query like '%share of it%' and query not like '%pg_stat%' and state = 'active'",
    });
    return row?.running ?? 0;
  };

  test("never uses more connections than its share, and leaves the others free", async () => {
    const share = shareDatabase(database, 2);
    const giveUp = new AbortController();
    const sleep = { text: "select pg_sleep(600) /* share of it */" };
    const sleeping = Array.from({ length: 8 }, () => share.query(sleep, { signal: giveUp.signal }));
    const outcomes = Promise.allSettled(sleeping);
    await expect.poll(running, { timeout: 20_000 }).toBe(2);
    // The rest of the pool answers meanwhile, and a call to the share waits until its deadline.
    await Promise.all([database.query({ text: "select 1" }), database.query({ text: "select 1" })]);
    await expect(share.query({ text: "select 1" }, { deadlineMs: 30 })).rejects.toMatchObject({
      code: "deadline_exceeded",
    });
    expect(await running()).toBe(2);
    giveUp.abort();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "aborted" } });
  }, 60_000);

  test("releases its connections after calls that end, fail or are read in part", async () => {
    const share = shareDatabase(database, 1);
    await expect(share.query({ text: "select nothing" })).rejects.toMatchObject({ code: "statement_failed" });
    await expect(share.script("select nothing")).rejects.toMatchObject({ code: "statement_failed" });
    for await (const rows of share.stream({ text: "select generate_series(1, 10) as i" }, { chunkRows: 1 })) {
      expect(rows).toHaveLength(1);
      break;
    }
    expect(await share.copyFrom({ table: "held", columns: ["id"] }, ["1\n2\n"])).toBe(2);
    expect(await share.query({ text: "select count(*)::integer as n from held" })).toEqual([{ n: 2 }]);
    await share.close();
    expect(await database.query({ text: "select 1 as one" })).toEqual([{ one: 1 }]);
  }, 60_000);
});
