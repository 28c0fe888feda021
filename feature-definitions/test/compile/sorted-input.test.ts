import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileView, postgresDialect } from "../../src/compiler";
import { collect, count, entity, featureView, int64, json, lastN, latest, source } from "../../src/index";
import { type SqlDatabase, sqlTargets } from "./support/databases";

// Aggregates receive sorted rows; a sort that exceeds its memory must not change which row is the latest.

const facts = source({
  name: "facts",
  table: "facts",
  key: { thing: int64() },
  eventTime: "at",
  tieBreak: "id",
  history: "events",
  columns: { id: int64(), data: json() },
});
const view = featureView({
  name: "latest_facts",
  version: 1,
  entity: entity({ name: "thing", key: { thing: int64() } }),
  from: facts,
  features: (f) => ({
    last: latest(f.id),
    number: latest(f.data.get("number").int64()),
    again: latest(f.data.get("again").int64()).ignoreNulls(),
    newest: lastN(f.data.get("number").float64(), 3),
    two: collect(f.data.get("number").float64(), { limit: 2 }),
    facts: count(),
  }),
});

for (const target of sqlTargets("main")) {
  describe.skipIf(target.skip)(`sorted rows on ${target.name}`, () => {
    let database: SqlDatabase | undefined;
    beforeAll(async () => {
      database = await target.open();
      await database.script(`
        set work_mem = '64kB';
        set enable_hashagg = off;
        create table facts (id bigint, thing bigint, at timestamptz, data jsonb);
        insert into facts
          select i, i % 3, timestamptz '2026-01-01Z' - i * interval '1 second', jsonb_build_object('number', i, 'again', i)
          from generate_series(1, 60000) as i;
        analyze facts;
      `);
    });
    afterAll(() => database?.close());

    test("keep their order up to the aggregates", async () => {
      const { text, parameters } = compileView(postgresDialect, view.ir);
      const rows = await database?.query(`${text} order by 2`, ["2026-01-01T00:00:00Z", ...parameters]);
      expect(
        rows?.map(({ thing, last, number, again, newest, two }) => [thing, last, number, again, newest, two]),
      ).toEqual([
        ["0", "3", "3", "3", "{3,6,9}", "{6,3}"],
        ["1", "1", "1", "1", "{1,4,7}", "{4,1}"],
        ["2", "2", "2", "2", "{2,5,8}", "{5,2}"],
      ]);
    });
  });
}
