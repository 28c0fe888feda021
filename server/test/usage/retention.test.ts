import { expect, test } from "vitest";
import { prune } from "../../src/database/prune-daily";
import { testDatabases } from "../helpers/test-database";

for (const target of testDatabases("one")) {
  test.skipIf(target.skip)(`usage by day is deleted after the retention, months stay, on ${target.name}`, async () => {
    const opened = await target.openMigrated();
    try {
      await opened.database.script(`
insert into featstore.usage_days (day, key_id, operation, requests, rows, bytes, errors, latency)
  select (clock_timestamp() at time zone 'UTC')::date - i, 'k', 'o', 1, 1, 0, 0, '{1}' from generate_series(0, 500, 50) as i;
insert into featstore.usage_views (day, key_id, view, version, requests, rows)
  select (clock_timestamp() at time zone 'UTC')::date - i, 'k', 'v', 1, 1, 1 from generate_series(0, 500, 50) as i;
insert into featstore.usage_months values ('k', '2020-01-01', 1, 1, 1);
insert into featstore.usage_writers values ('old', 1, clock_timestamp() - interval '31 days'), ('new', 1, clock_timestamp())`);
      await prune(opened.database, { prune: "prune_usage", keptDays: 400 }, { batch: 1 });
      const left = await opened.database.query({
        text: `select (select count(*)::int from featstore.usage_days) as days, (select count(*)::int from featstore.usage_views) as views,
          (select count(*)::int from featstore.usage_months) as months, (select string_agg(id, ',') from featstore.usage_writers) as writers`,
      });
      expect(left).toEqual([{ days: 9, views: 9, months: 1, writers: "new" }]);
    } finally {
      await opened.drop();
    }
  });
}
