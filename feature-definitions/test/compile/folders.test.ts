import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileView, dialects } from "../../src/compiler";
import { count, days, entity, featureView, int64, latest, source, string } from "../../src/index";
import type { FilePartition } from "../../src/ir/nodes";
import type { SqlDatabase } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";

const folder = mkdtempSync(join(tmpdir(), "folders-"));
let database: SqlDatabase;
beforeAll(async () => {
  database = await duckdbTarget.open();
  await database.script(`
    create table plays as select 1 + i % 2 as song, timestamp '2025-12-30 12:00:00' + interval (i) days as "at", 'on day ' || i as word from range(6) as r(i);
    copy (select *, "at"::date as day from plays) to '${folder}/days' (format parquet, partition_by (day));
    copy (select *, year("at") as year, month("at") as month, day("at") as day from plays) to '${folder}/parts' (format parquet, partition_by (year, month, day));
  `);
});
afterAll(async () => {
  await database?.close();
  rmSync(folder, { recursive: true });
});

function viewOf(path: string, partitions: Readonly<Record<string, Omit<FilePartition, "name">>>) {
  const plays = source({
    name: "plays",
    engine: "lake",
    path: `${folder}/${path}/**/*.parquet`,
    partitions,
    key: { song: int64() },
    eventTime: { column: "at", zone: "UTC" },
    tieBreak: "word",
    history: "events",
    columns: { word: string() },
  });
  return featureView({
    name: "plays_of_song",
    version: 1,
    entity: entity({ name: "song", key: { song: int64() } }),
    from: plays,
    features: (p) => ({ lately: count().over(days(2)), word: latest(p.word) }),
  }).ir;
}

const whole = { type: "int64" } as const;
const ways = [
  ["a date", "days", { day: { type: "date", holds: "day" } }],
  [
    "a year, a month and a day",
    "parts",
    { year: { ...whole, holds: "year" }, month: { ...whole, holds: "month" }, day: { ...whole, holds: "day" } },
  ],
  ["a year", "parts", { year: { ...whole, holds: "year" }, month: whole, day: whole }],
  ["nothing", "parts", { year: whole, month: whole, day: whole }],
] as const;

test.each(ways)(
  "with %s in the names of folders, rows of the as-of time and before are read",
  async (_, path, partitions) => {
    const { text, parameters } = compileView(dialects.duckdb, viewOf(path, partitions));
    const rows = await database.query(`${text} order by 2`, ["2026-01-01T12:00:00Z", ...parameters]);
    expect(rows.map(({ song, lately, word }) => [song, lately, word])).toEqual([
      ["1", "1", "on day 2"],
      ["2", "1", "on day 1"],
    ]);
  },
);

test("rows in a folder without a value are read", async () => {
  await database.script(`copy (select 1 as song, timestamp '2025-12-31 12:00:00' as "at", 'null' as word, null::date as day
    union all select 2, timestamp '2025-12-30 12:00:00', 'first', date '2025-12-30') to '${folder}/nulls' (format parquet, partition_by (day));`);
  const { text, parameters } = compileView(dialects.duckdb, viewOf("nulls", { day: { type: "date", holds: "day" } }));
  const rows = await database.query(`${text} order by 2`, ["2026-01-01T12:00:00Z", ...parameters]);
  expect(rows.map(({ song, word }) => [song, word])).toEqual([
    ["1", "null"],
    ["2", "first"],
  ]);
});

test.each([
  ["a date", 3],
  ["a year, a month and a day", 3],
  ["a year", 6],
  ["nothing", 6],
])("with %s in the names of folders, %i of 6 files are opened", async (way, files) => {
  const [, path, partitions] = ways.find(([name]) => name === way) ?? ways[0];
  const { text, parameters } = compileView(dialects.duckdb, viewOf(path, partitions));
  const plan = await database.query(`explain analyze ${text}`, ["2026-01-01T12:00:00Z", ...parameters]);
  expect(JSON.stringify(plan)).toContain(`Total Files Read: ${files} `);
});
