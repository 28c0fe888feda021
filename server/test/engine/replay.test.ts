import type { Source } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createReplay } from "../../src/engine/postgres/replay";
import { tellsTransactions } from "../../src/engine/postgres/written-before";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`replays on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
    });
    afterAll(() => opened?.drop());

    test("a spine is visible to its own statement only, and leaves nothing, also after a failure", async () => {
      const replay = createReplay(opened.database);
      const keys = [
        { name: "artist", databaseType: "text" },
        { name: "track id", databaseType: "bigint" },
      ];
      const rows = [
        { tenant: "", key: ["A,\"b'", "7"], asOf: 1_767_225_600_123_457n },
        { tenant: "acme", key: ["", "-9007199254740993"], asOf: 0n },
      ];
      const read = (table: string) => ({
        text: `select _row::text as n, _tenant as t, artist as a, "track id"::text as i, (extract(epoch from _as_of) * 1000000)::bigint::text as at, $1::text as p
          from featstore."${table}" order by _row desc`,
        parameters: ["a'b"],
      });
      expect(await replay(keys, rows, read)).toEqual([
        { n: "1", t: "acme", a: "", i: "-9007199254740993", at: "0", p: "a'b" },
        { n: "0", t: "", a: "A,\"b'", i: "7", at: "1767225600123457", p: "a'b" },
      ]);
      const broken = (table: string) => ({ text: `select 1 / (_row - 1) as n from featstore."${table}"` });
      await expect(replay(keys, rows, broken)).rejects.toMatchObject({ sqlState: "22012" });
      expect(await replay(keys, rows, (table) => ({ text: `select count(*) as n from featstore."${table}"` }))).toEqual(
        [{ n: 2 }],
      );
      const left = await opened.database.query({
        text: "select relname::text from pg_class where relname like 'replay_spine_%' union all select name from pg_prepared_statements where name like 'replay_spine_%'",
      });
      expect(left).toEqual([]);
    });

    test("counts a transaction as later when the snapshot did not see it", async () => {
      const [row] = await opened.database.query<{ next: string }>({
        text: "select pg_snapshot_xmax(pg_current_snapshot())::text as next",
      });
      const first = Number(row?.next) - 20;
      const snapshot = `${first}:${first + 10}:${first + 2},${first + 5}`;
      const after = async (transaction: number, seen: string | null) => {
        const [result] = await opened.database.query<{ after: boolean }>({
          text: "select featstore.came_after($1::text::xid, $2::text::bigint, $3::text::pg_snapshot) as after",
          parameters: [String(transaction), String(first - 5), seen],
        });
        return result?.after;
      };
      const transactions = [-6, -5, -1, 0, 2, 3, 5, 9, 10, 15].map((offset) => first + offset);
      expect(await Promise.all(transactions.map((each) => after(each, snapshot)))).toEqual(
        [-6, -5, -1, 0, 2, 3, 5, 9, 10, 15].map((offset) => [2, 5, 10, 15].includes(offset)),
      );
      // Without a snapshot only the watermark counts.
      expect(await Promise.all(transactions.map((each) => after(each, null)))).toEqual([false, ...Array(9).fill(true)]);
      // Frozen transactions are old, and so are those from before the 32-bit counter wrapped around.
      expect([await after(2, snapshot), await after(4_294_967_295, snapshot)]).toEqual([false, false]);
    });

    test("tables record the transaction that wrote a row; SQL views and queries do not", async () => {
      const tells = (each: Source) => tellsTransactions(opened.database, each, undefined);
      await opened.database.script(`
        create schema if not exists own; drop table if exists own.written cascade;
        create table own.written (id integer, at timestamptz); create view own.seen as select * from own.written`);
      const source = {
        ...({ kind: "source", name: "written", key: [], columns: [], eventTime: null, knownTime: null } as const),
        ...{ tieBreak: [], tenant: null, history: null, filter: null },
      };
      const table = (name: string) => ({ ...source, relation: { kind: "table", schema: "own", table: name } as const });
      expect(await tells(table("written"))).toBe(true);
      expect(await tells(table("seen"))).toBe(false);
      expect(await tells(table("nothing"))).toBe(false);
      expect(await tells({ ...source, relation: { kind: "query", text: "select 1" } })).toBe(false);

      await opened.database.query({ text: "insert into own.written values (1, now())" });
      const [horizon] = await opened.database.query<{ at: string; snapshot: string }>({
        text: "select featstore.oldest_transaction()::text as at, pg_current_snapshot()::text as snapshot",
      });
      await opened.database.query({ text: "insert into own.written values (2, now())" });
      const later = async () =>
        (
          await opened.database.query<{ id: number }>({
            text: "select id from own.written where featstore.came_after(xmin, $1::text::bigint, $2::text::pg_snapshot) order by id",
            parameters: [horizon?.at ?? "", horizon?.snapshot ?? ""],
          })
        ).map(({ id }) => id);
      expect(await later()).toEqual([2]);
      await opened.database.query({ text: "update own.written set at = now() where id = 1" });
      expect(await later()).toEqual([1, 2]);
      await opened.database.script("vacuum freeze own.written").catch(() => undefined);
      expect(await later()).toEqual([1, 2]);
    });
  });
}
