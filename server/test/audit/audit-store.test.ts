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
  });
}
