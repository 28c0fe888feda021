import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileView, dialects } from "../../src/compiler";
import { decimal, entity, featureView, int64, max, min, mode, source } from "../../src/index";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";

const key = { song: int64() };
const table = {
  key,
  eventTime: "at",
  tieBreak: "id",
  columns: { price: decimal().nullable() },
} as const;
const events = source({ ...table, name: "events", table: "prices", history: "events" });
const current = source({ ...table, name: "current", table: "current_prices", history: "current" });
const song = entity({ name: "song", key });
const views = [events, current].map(
  (from) =>
    featureView({
      ...{ name: "prices", version: 1, entity: song, from },
      features: ({ price }) => ({ lowest: min(price), highest: max(price), common: mode(price) }),
    }).ir,
);

for (const target of [...sqlTargets("all"), duckdbTarget]) {
  describe.skipIf(target.skip)(`equal decimals that are written differently on ${target.name}`, () => {
    let database: SqlDatabase | undefined;
    beforeAll(async () => {
      database = await target.open();
      await database.script(`
        create table prices (id bigint, song bigint, price numeric, "at" timestamptz);
        insert into prices values (1, 1, 5, '2026-01-01'), (2, 1, 5.00, '2026-01-02'), (3, 2, 5.00, '2026-01-01'), (4, 2, 5, '2026-01-02');
        create table current_prices as select * from prices where id in (1, 3)`);
    });
    afterAll(() => database?.close());

    test.each(views)("give the same text in any order of the rows of $source.name", async (view) => {
      const { text, parameters } = compileView(dialects[target.engine], view);
      const rows = await database?.query(`${text} order by 2`, ["2026-02-01T00:00:00Z", ...parameters]);
      const same = ["5", "5", "5"];
      expect(rows?.map(({ lowest, highest, common }) => [lowest, highest, common])).toEqual([same, same]);
    });
  });
}
