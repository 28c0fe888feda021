import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createUsageStore, type UsageStore } from "../../src/usage/usage-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { addKeys, DAY, finish, holderOf, NOON, ORGANISATION, openMeter } from "./support";

const KEY = "aaaaaaaaaaaaaaaa";
const holder = holderOf({ keyId: KEY, month: { requests: 100, bytes: 1000 } });

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`notices about quotas on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await addKeys(opened.database, [holder]);
    });
    afterAll(() => opened?.drop());
    beforeEach(() =>
      opened.database.script(
        "truncate featstore.usage_days, featstore.usage_months, featstore.usage_notices, featstore.audit_log",
      ),
    );

    const use = async (server: ReturnType<typeof openMeter>, requests: number) => {
      for (let count = 0; count < requests; count++) finish(server.meter, holder, "readFeatures");
      await server.meter.flush();
    };
    const audited = async () =>
      (
        await opened.database.query<{ subject: string; after: string }>({
          text: `select subject, after::text as after from featstore.audit_log
            where action = 'quota.reached' and actor_kind = 'server' and organisation_id = subject order by id`,
        })
      ).map(({ subject, after }) => [subject, JSON.parse(after)]);

    test("come at 80, 95 and 100 %, each once from one of several servers", async () => {
      const servers = [openMeter(opened.database), openMeter(opened.database), openMeter(opened.database)] as const;
      await Promise.all(servers.map((server) => use(server, 26)));
      expect(servers.flatMap(({ notices }) => notices)).toEqual([]);
      await Promise.all(servers.map((server) => use(server, 1)));
      const first = servers.flatMap(({ notices }) => notices);
      expect(first).toMatchObject([{ percent: 80, quota: "requests", maximum: 100, month: "2026-01" }]);
      await Promise.all(servers.map((server) => use(server, 10)));
      const all = servers.flatMap(({ notices }) => notices);
      expect(all.map(({ percent }) => percent).sort((left, right) => left - right)).toEqual([80, 95, 100]);
      expect(await audited()).toEqual(
        [80, 95, 100].map((percent) => [
          ORGANISATION,
          expect.objectContaining({ percent, quota: "requests", month: "2026-01" }),
        ]),
      );
      for (const { meter, faults } of servers) {
        await meter.close();
        expect(faults).toEqual([]);
      }
    });

    test("reach the server whose answer was lost, once it repeats its flush", async () => {
      const store = createUsageStore(opened.database);
      let losesAnswer = true;
      const lossy: UsageStore = {
        async record(flush, options) {
          const recorded = await store.record(flush, options);
          if (losesAnswer && flush.counts.length > 0) {
            losesAnswer = false;
            throw new Error("the answer was lost");
          }
          return recorded;
        },
      };
      const server = openMeter(lossy);
      server.meter.countBytes(holder, "downloadTrainingSet", 960);
      await server.meter.flush();
      await server.meter.flush();
      expect(server.faults).toHaveLength(1);
      expect(server.notices.map(({ quota, percent, used }) => [quota, percent, used])).toEqual([
        ["bytes", 80, 960],
        ["bytes", 95, 960],
      ]);
      await server.meter.close();
      expect(await audited()).toHaveLength(2);
    });

    test("come again in the next month, whose totals begin at 0", async () => {
      let now = NOON;
      const server = openMeter(opened.database, () => now);
      await use(server, 100);
      expect(server.meter.of(holder)?.organisation).toMatchObject({ requests: 100 });
      expect(server.meter.resetsAt()).toBe(Date.UTC(2026, 1, 1) * 1000);
      now += DAY;
      expect(server.meter.of(holder)?.organisation?.requests ?? 0).toBe(0);
      await use(server, 80);
      expect(server.meter.of(holder)?.organisation).toMatchObject({ requests: 80 });
      expect(server.notices.map(({ month, percent }) => [month, percent])).toEqual([
        ["2026-01", 80],
        ["2026-01", 95],
        ["2026-01", 100],
        ["2026-02", 80],
      ]);
      await server.meter.close();
    });

    test("count a finished request of the old month to the old month, although it is stored in the new one", async () => {
      let now = NOON;
      const server = openMeter(opened.database, () => now);
      for (let count = 0; count < 80; count++) finish(server.meter, holder, "readFeatures");
      now += DAY;
      await use(server, 1);
      expect(server.notices.map(({ month, percent }) => [month, percent])).toEqual([["2026-01", 80]]);
      expect(
        await opened.database.query({
          text: "select month::text as month, requests::int as requests from featstore.usage_months where holder like 'org%' order by 1",
        }),
      ).toEqual([
        { month: "2026-01-01", requests: 80 },
        { month: "2026-02-01", requests: 1 },
      ]);
      await server.meter.close();
    });

    test("a server that starts knows what was used before its first request is counted", async () => {
      const before = openMeter(opened.database);
      await use(before, 7);
      await before.meter.close();
      const server = openMeter(opened.database);
      expect(server.meter.of(holder)).toBeUndefined();
      await server.meter.flush();
      expect(server.meter.of(holder)).toMatchObject({ organisation: { requests: 7 }, line: { requests: 7 } });
      await server.meter.close();
    });
  });
}
