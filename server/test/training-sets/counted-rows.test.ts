import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTrainingSetStore } from "../../src/training-sets/training-set-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { features, openTrainingSets, prepareScores, rowsSpine, type TestTrainingSets } from "./support";

const owner = {
  keyId: "bbbbbbbbbbbbbbbb",
  lineId: "aaaaaaaaaaaaaaaa",
  makerRole: null,
  organisation: "org_aaaaaaaaaaaaaaaa",
  exports: 8,
  address: null,
};
const rows = [1, 2, 3].map((track) => ({ track_id: track, as_of: "2026-02-01T00:00:00Z" }));

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`usage by training sets on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepareScores(opened.database);
      made = await openTrainingSets(opened.database);
    });
    afterAll(async () => {
      await made?.close();
      await opened?.drop();
    });

    const used = () =>
      opened.database.query({
        text: `select m.holder, m.requests::int as requests, m.rows::int as rows, (select sum(rows)::int from featstore.usage_days
          where operation = 'createTrainingSet') as "ofDays" from featstore.usage_months as m order by 1`,
      });

    test("the rows of a finished one count once, for the key that ordered it and its organisation", async () => {
      const first = await made.make({ spine: rowsSpine(rows), features, owner });
      const counted = (count: number) => [
        { holder: owner.lineId, requests: 0, rows: count, ofDays: count },
        { holder: owner.organisation, requests: 0, rows: count, ofDays: count },
      ];
      expect(await used()).toEqual(counted(3));
      const store = createTrainingSetStore(opened.database);
      const held = { id: first.id, token: "1", table: "" };
      expect(await store.end(held, { state: "finished", manifest: first.manifest })).toBe(false);
      const reused = await made.sets.start({
        ...{ spine: rowsSpine(rows), features, owner, tenant: null, format: "jsonl", reuse: true },
      });
      await reused.done;
      expect(await used()).toEqual(counted(reused.isReused ? 3 : 6));
      const again = await made.sets.rerun(first.id, { tenant: null }, { owner });
      await again.done;
      expect(await used()).toEqual(counted(reused.isReused ? 6 : 9));
    });

    test("those of a command, and of one that fails, count for nobody", async () => {
      const before = await used();
      await made.make({ spine: rowsSpine(rows), features });
      const controller = new AbortController();
      controller.abort();
      await expect(
        made.make({ spine: rowsSpine(rows), features, owner, signal: controller.signal }),
      ).rejects.toBeDefined();
      expect(await used()).toEqual(before);
    });
  });
}
