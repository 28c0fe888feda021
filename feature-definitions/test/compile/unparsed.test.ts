import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  avg,
  bool,
  coalesce,
  count,
  decimal,
  entity,
  featureView,
  int64,
  json,
  latest,
  source,
  string,
  sum,
  when,
} from "../../src/index";
import { materializeRows } from "../../src/testing/index";
import { sharedTestDatabase } from "../shared-database";
import type { SqlDatabase } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";
import { runView } from "./support/result-text";

const events = source({
  name: "events",
  table: "events",
  key: { id: int64() },
  eventTime: { column: "at", zone: "UTC" },
  history: "events",
  columns: { flag: bool().nullable(), data: json().nullable(), text: string().nullable() },
});
const view = featureView({
  name: "lossy",
  version: 1,
  entity: entity({ name: "thing", key: { id: int64() } }),
  from: events,
  features: (e) => {
    const score = e.data.get("score").float64();
    const flagged = when(e.flag, score).end();
    return {
      plain: latest(score),
      in_taken_branch: latest(flagged),
      shared_branch: count(flagged),
      shared_branch_again: avg(flagged),
      fallback: latest(coalesce(e.text.float64(), score)),
      condition: count().where(score.gt(0.5)),
      known: latest(score).ignoreNulls(),
      after_aggregation: latest(e.text).int32(),
      never: latest(e.data.get("score").string()),
    };
  },
});

const database = sharedTestDatabase();
let duckdb: SqlDatabase;
beforeAll(async () => {
  duckdb = await duckdbTarget.open();
  await duckdb.script('create table events (id bigint, "at" timestamp, flag boolean, data json, "text" text)');
});
afterAll(() => duckdb?.close());

type EventRow = Readonly<Record<string, unknown>>;

async function onPostgres(rows: readonly EventRow[]): Promise<unknown> {
  const inputRows = rows.map((row, index) => ({ id: 1, at: `2026-01-0${index + 1}`, ...row }));
  const [row] = await materializeRows(database, view, { given: { events: inputRows }, asOf: "2026-02-01" });
  return row?._unparsed;
}

async function onDuckdb(rows: readonly EventRow[]): Promise<unknown> {
  await duckdb.script("delete from events");
  for (const [index, { flag = null, data = null, text = null }] of rows.entries()) {
    const values = [`2026-01-0${index + 1}`, flag === null ? null : String(flag), data && JSON.stringify(data), text];
    const texts = values.map((value) => (value === null ? null : String(value)));
    await duckdb.query("insert into events values (1, $1, $2, $3, $4)", texts);
  }
  return (await runView(duckdb, view.ir, "2026-02-01T00:00:00Z"))[0]?.unparsed;
}

const bad = { data: { score: "high" } };
const good = { data: { score: "0.75" }, text: "7" };
const everyRow = ["condition", "known"];

test("reports decimals of a lake that have too many digits", async () => {
  const prices = source({
    name: "prices",
    engine: "lake",
    query: "select 1 as id, timestamp '2026-01-01' as \"at\", unnest([5, 5e28, null]::decimal(38, 0)[]) as price",
    key: { id: int64() },
    eventTime: { column: "at", zone: "UTC" },
    tieBreak: "price",
    history: "events",
    columns: { price: decimal().nullable() },
  });
  const { ir } = featureView({
    name: "priced",
    version: 1,
    entity: entity({ name: "thing", key: { id: int64() } }),
    from: prices,
    features: ({ price }) => ({
      total: sum(price),
      last: latest(price),
      largest: latest(price).ignoreNulls(),
      few: sum(price).where(price.lt(100)),
      rows: count(),
    }),
  });
  const [row] = await runView(duckdb, ir, "2026-02-01T00:00:00Z");
  expect(row?.features).toEqual(["5.0000000000", "5.0000000000", null, "3", "5.0000000000"]);
  expect(row?.unparsed).toEqual(["few", "largest", "total"]);
});

describe.each([
  ["PostgreSQL", onPostgres],
  ["DuckDB", onDuckdb],
])("on %s", (_name, unparsed) => {
  test("reports no loss if every value parses or is absent", async () => {
    expect(await unparsed([good, { flag: true }, { data: { score: null } }, { data: null, text: null }])).toEqual([]);
  });

  test("reports no loss in branches not taken and operands not needed", async () => {
    expect(await unparsed([{ ...bad, flag: false, text: "7" }])).toEqual(["condition", "known", "plain"]);
  });

  test("reports a loss in a taken branch, even if its value is computed once for several features", async () => {
    const features = ["condition", "in_taken_branch", "known", "plain", "shared_branch", "shared_branch_again"];
    expect(await unparsed([{ ...bad, flag: true, text: "7" }])).toEqual(features);
  });

  test("reports a loss in an operand that a fallback evaluated", async () => {
    expect(await unparsed([{ ...good, text: "seven" }])).toEqual(["after_aggregation", "fallback"]);
    expect(await unparsed([{ text: "7", ...bad }])).not.toContain("fallback");
  });

  test("reports losses only in the row taken, but in all rows of a condition and of a search for a value", async () => {
    expect(await unparsed([bad, good])).toEqual(everyRow);
  });
});
