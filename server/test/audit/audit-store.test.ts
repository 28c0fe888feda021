import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAuditStore, type StoredAnswer, type StoredComputedAnswer } from "../../src/audit/audit-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";

const answer: StoredAnswer = {
  view: "scores",
  version: 2,
  generation: 7,
  entity: "track",
  tenant: "ac'me",
  key: ['A,"b"', "7"],
  status: "complete",
  values: '{"a":-0,"b":1.10,"c":"\\u0000\\"é","d":null}',
  servedAt: 1_767_225_600_123_457n,
  keyId: "abcdefghijklmnop",
};
const everything = { view: null, version: null, since: null, limit: 100 };
const retention = { rows: 1000, days: 36500 };

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`stored responses on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
    });
    afterAll(() => opened?.drop());
    beforeEach(() => opened.database.query({ text: "delete from featstore.answers" }));

    test("are returned unchanged, the newest first", async () => {
      const store = createAuditStore(opened.database);
      const other = { ...answer, view: "other", tenant: "", keyId: null, servedAt: 1_767_225_600_123_456n };
      await store.save([answer, other], retention);
      expect(await store.answers(everything)).toEqual([other, answer]);
      expect(await store.answers({ ...everything, limit: 1 })).toEqual([other]);
      expect(await store.answers({ ...everything, view: "scores", version: 2 })).toEqual([answer]);
      expect(await store.answers({ ...everything, version: 3 })).toEqual([]);
      expect(await store.answers({ ...everything, since: 1_767_225_600_123_457n })).toEqual([answer]);
    });

    test("are deleted by number and by age", async () => {
      const store = createAuditStore(opened.database);
      const numbered = Array.from({ length: 8 }, (_, generation) => ({ ...answer, generation }));
      await store.save(numbered.slice(0, 4), { ...retention, rows: 5 });
      await store.save(numbered.slice(4), { ...retention, rows: 5 });
      expect((await store.answers(everything)).map(({ generation }) => generation)).toEqual([7, 6, 5, 4, 3]);
      await store.save([{ ...answer, servedAt: BigInt(Date.now()) * 1000n }], { rows: 1000, days: 1 });
      expect(await store.answers(everything)).toHaveLength(1);
      await store.save([], { rows: 1, days: 1 });
    });

    test("are returned unchanged and deleted by number when computed; none is stored without its views", async () => {
      const store = createAuditStore(opened.database);
      const { tenant, key, values, servedAt, keyId } = answer;
      const computed: StoredComputedAnswer = {
        ...{ service: "finder", version: 3, tenant, key, values, servedAt, keyId },
        sourceRows: [],
        inputs: '{"today":"2026-01-01","more":-0.0}',
      };
      const requests = { service: null, version: null, since: null, limit: 100 };
      const other = { ...computed, service: "other", keyId: null, servedAt: servedAt + 1n };
      const sourceRow = { view: "nothing", version: 1, generation: 1, entity: "track", tenant: "", key: ["7"] };
      await store.save([computed, answer, other, { ...computed, sourceRows: [sourceRow] }], retention);
      expect(await store.computedAnswers(requests)).toEqual([other, computed]);
      expect(await store.answers(everything)).toEqual([answer]);
      expect(await store.computedAnswers({ ...requests, service: "finder", version: 3 })).toEqual([computed]);
      expect(await store.computedAnswers({ ...requests, version: 4 })).toEqual([]);
      expect(await store.computedAnswers({ ...requests, since: other.servedAt, limit: 1 })).toEqual([other]);
      await store.save([computed], { ...retention, rows: 2 });
      expect(await store.computedAnswers(requests)).toEqual([computed, other]);
    });

    test("a spine is visible to its own statement only, and leaves nothing, also after a failure", async () => {
      const store = createAuditStore(opened.database);
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
      expect(await store.replay(keys, rows, read)).toEqual([
        { n: "1", t: "acme", a: "", i: "-9007199254740993", at: "0", p: "a'b" },
        { n: "0", t: "", a: "A,\"b'", i: "7", at: "1767225600123457", p: "a'b" },
      ]);
      const broken = (table: string) => ({ text: `select 1 / (_row - 1) as n from featstore."${table}"` });
      await expect(store.replay(keys, rows, broken)).rejects.toMatchObject({ sqlState: "22012" });
      expect(
        await store.replay(keys, rows, (table) => ({ text: `select count(*) as n from featstore."${table}"` })),
      ).toEqual([{ n: 2 }]);
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
      const store = createAuditStore(opened.database);
      await opened.database.script(`
        create schema if not exists own; drop table if exists own.written cascade;
        create table own.written (id integer, at timestamptz); create view own.seen as select * from own.written`);
      const source = {
        ...({ kind: "source", name: "written", key: [], columns: [], eventTime: null, knownTime: null } as const),
        ...{ tieBreak: [], tenant: null, history: null, filter: null },
      };
      const table = (name: string) => ({ ...source, relation: { kind: "table", schema: "own", table: name } as const });
      expect(await store.tellsTransactions(table("written"))).toBe(true);
      expect(await store.tellsTransactions(table("seen"))).toBe(false);
      expect(await store.tellsTransactions(table("nothing"))).toBe(false);
      expect(await store.tellsTransactions({ ...source, relation: { kind: "query", text: "select 1" } })).toBe(false);

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
