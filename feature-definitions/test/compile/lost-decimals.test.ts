import { expect, test } from "vitest";
import { compileView, dialects } from "../../src/compiler";
import { coalesce, days, decimal, entity, featureView, int64, latest, max, source, string, sum } from "../../src/index";
import { duckdbTarget } from "./support/duckdb";
import { runView } from "./support/result-text";

const sales = (engine?: string) =>
  source({
    name: "sales",
    query: "select * from sales",
    ...(engine === undefined ? {} : { engine }),
    key: { shop: int64() },
    eventTime: "at",
    history: "events",
    columns: { price: decimal().nullable(), discount: decimal().nullable(), label: string().nullable() },
  });

const viewOf = (engine?: string) =>
  featureView({
    name: "shop_sales",
    version: 1,
    entity: entity({ name: "shop", key: { shop: int64() } }),
    from: sales(engine),
    features: (e) => ({
      last: latest(e.price),
      total: sum(e.price),
      largest: max(e.price).over(days(7)),
      known: latest(coalesce(e.discount, e.price)),
      computed: latest(e.price.times(2)),
      discounts: sum(e.discount),
      texts: latest(e.label),
    }),
  }).ir;

/** Without the ten digits that DuckDB prints. */
const short = (text: string | null): string | null => text?.replace(/\.0{10}$/, "") ?? null;

test("a decimal of a lake that DuckDB cannot hold is null and counts as lost", async () => {
  const database = await duckdbTarget.open();
  try {
    await database.script(`
      create table sales (shop bigint, "at" timestamptz, price decimal(38, 0), discount double, "label" text);
      insert into sales values
        (1, '2026-01-01 00:00:00Z', 5, 1, 'a'), (1, '2026-01-31 00:00:00Z', 12345678901234567890123456789012345678, 1, 'b'),
        (2, '2026-01-31 00:00:00Z', 7, null, null),
        (3, '2026-01-01 00:00:00Z', 12345678901234567890123456789012345678, null, 'a'), (3, '2026-01-31 00:00:00Z', 2, null, 'b')`);
    const rows = await runView(database, viewOf("lake"), "2026-02-01T00:00:00Z");
    const byShop = [...rows].sort((a, b) => Number(a.key[0]) - Number(b.key[0]));
    // Features in the order of their names: computed, discounts, known, largest, last, texts, total.
    expect(byShop.map(({ features, unparsed }) => [features.map(short), unparsed])).toEqual([
      [
        [null, "2", "1", null, null, "b", "5"],
        ["computed", "largest", "last", "total"],
      ],
      [["14", null, "7", "7", "7", null, "7"], []],
      [["4", null, "2", "2", "2", "b", "2"], ["total"]],
    ]);
  } finally {
    await database.close();
  }
});

test("PostgreSQL's decimals hold every number", () => {
  expect(compileView(dialects.postgres, viewOf()).text).toContain('null::text[] as "_unparsed"');
});
