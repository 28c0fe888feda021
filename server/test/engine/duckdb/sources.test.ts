import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CatalogRelation } from "@featstore/definitions/compiler";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDuckdbSources } from "../../../src/engine/duckdb/sources";
import { openTestEngine, type TestEngine } from "./support/test-engine";

let own: TestEngine;
let sources: ReturnType<typeof createDuckdbSources>;

const COLUMNS = `select i as id, i::decimal(12,2) as price, timestamptz '2026-01-01' + to_days(i::integer) as at, timestamp '2026-01-01' as local_at,
  'n' as name, date '2026-01-01' as on_day, true as paid, i::double as score, i::float as share, uuid() as code, json('{}') as data,
  [1.5::double] as scores, ['a'] as tags, i::integer as small, i::smallint as tiny, i::ubigint as huge, [1::float, 2::float]::float[2] as vector,
  {'a': 1} as part from range(3) as r (i)`;

beforeAll(async () => {
  own = await openTestEngine();
  sources = createDuckdbSources(own.engine);
  await own.write("lake/plays/a.parquet", COLUMNS);
});
afterAll(() => own.close());

type Partitions = readonly { readonly name: string; readonly type: "date" | "int32" }[];

type FilesCase = readonly [path: string, partitions?: Partitions];

/** Describes several sources in one session. */
async function describeFiles(...files: FilesCase[]) {
  const relations = files.map(
    ([path, partitions]) => ({ kind: "files", engine: "lake", path, ...(partitions && { partitions }) }) as const,
  );
  return (await sources.describe(relations)).relations;
}

/** The state of each source, or the reason why it could not be described. */
async function reasonsOf(...files: FilesCase[]) {
  return (await describeFiles(...files)).map((each) => (each.state === "failed" ? each.reason : each.state));
}

test("describes the columns of files with PostgreSQL's names of types", async () => {
  const [described] = await describeFiles(["plays/*.parquet"]);
  const columns = described?.state === "found" ? described.columns : [];
  expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toEqual({
    ...{
      id: "bigint",
      price: "numeric(12,2)",
      at: "timestamp with time zone",
      local_at: "timestamp without time zone",
    },
    ...{ name: "text", on_day: "date", paid: "boolean", score: "double precision", share: "real", code: "uuid" },
    ...{
      data: "jsonb",
      scores: "double precision[]",
      tags: "text[]",
      small: "integer",
      tiny: "smallint",
      huge: "numeric",
    },
    ...{ vector: "real[]", part: "struct(a integer)" },
  });
  expect(new Set(columns.map(({ nullable }) => nullable))).toEqual(new Set([null]));
});

test("gives declared partitions their types, and no column to others", async () => {
  await own.write("lake/by-day/day=2026-01-01/hour=7/a.parquet", "select 1 as id");
  const path = "by-day/**/*.parquet";
  const partitions = [{ name: "day", type: "date" } as const, { name: "hour", type: "int32" } as const];
  const described = await describeFiles([path, partitions], [path]);
  const typesOf = (each: CatalogRelation) =>
    each.state === "found" ? each.columns.map(({ name, type }) => `${name} ${type}`) : each;
  expect(described.map(typesOf)).toEqual([["id integer", "day date", "hour integer"], ["id integer"]]);
});

test("reports paths without files, and files in a wrong folder or damaged, by their names", async () => {
  const whole = await readFile(await own.write("original.parquet", "select i as id from range(1000) as r (i)"));
  const footer = Buffer.from(whole);
  footer.fill(0xff, whole.length - 60, whole.length - 8);
  const damaged = {
    half: whole.subarray(0, whole.length / 2),
    empty: Buffer.alloc(0),
    text: Buffer.from("no Parquet, only a text that is longer than a footer"),
    footer,
  };
  for (const [name, bytes] of Object.entries(damaged)) {
    await mkdir(join(own.lake, name));
    await writeFile(join(own.lake, name, "a.parquet"), whole);
    await writeFile(join(own.lake, name, "b.parquet"), bytes);
  }
  await mkdir(join(own.lake, "no-files"));
  await own.write("lake/parts/day=soon/1.parquet", "select 1 as id");
  const day = [{ name: "day", type: "date" }] as const;
  const reasons = await reasonsOf(
    ...([["nothing/*.parquet"], ["nothing.parquet"], ["no-files/*.parquet"]] as const),
    ...([
      ["parts/**/*.parquet", day],
      ["plays/*.parquet", day],
    ] as const),
    ...Object.keys(damaged).map((name) => [`${name}/*.parquet`] as const),
  );
  expect(reasons).toEqual([
    ...["missing", "missing", "missing"],
    expect.stringMatching(/day=soon.*"day"/),
    expect.stringMatching(/plays\/a\.parquet.*day/),
    ...Object.keys(damaged).map((name) => expect.stringContaining(`${name}/b.parquet`)),
  ]);
});

test("reports the pattern that finds the files, of a path whose files are in folders below", async () => {
  await own.write("lake/below/day=2026-01-01/a.parquet", "select 1 as id");
  const pattern = expect.stringContaining("write `below/**/*.parquet`");
  expect(await reasonsOf(["below"], ["below/"], ["below/*.parquet"], ["below/**/*.csv"])).toEqual([
    ...[pattern, pattern, pattern],
    "missing",
  ]);
});

test("tells which columns the files do not have alike", async () => {
  await own.write("lake/inconsistent/day=2026-01-01/1.parquet", "select 1 as id, 'x' as old, [1.5] as list, 1 as same");
  await own.write(
    "lake/inconsistent/day=2026-01-02/1.parquet",
    "select 2.5::double as id, true as new, [1] as list, 2 as same",
  );
  const [described] = await describeFiles(["inconsistent/**/*.parquet", [{ name: "day", type: "date" }]]);
  expect(described).toMatchObject({
    state: "found",
    inconsistentColumns: {
      id: expect.stringMatching(/^column "id" is INTEGER in .*01-01\/1\.parquet, but DOUBLE in .*01-02\/1\.parquet$/),
      old: expect.stringMatching(/01-02\/1\.parquet has no column "old", which .*01-01\/1\.parquet has$/),
      list: expect.stringMatching(/^column "list" is /),
      new: expect.stringMatching(/01-01\/1\.parquet has no column "new"/),
    },
  });
  const inconsistent = described?.state === "found" ? Object.keys(described.inconsistentColumns ?? {}) : [];
  expect(inconsistent.sort()).toEqual(["id", "list", "new", "old"]);
});

test("describes a query without running it", async () => {
  const text = "select id, error('it ran') as never from 'plays/a.parquet' -- the end";
  const wrong = "select nosuch from 'plays/a.parquet'";
  const { relations } = await sources.describe(
    [text, wrong].map((each) => ({ kind: "query", engine: "lake", text: each }) as const),
  );
  expect(relations).toMatchObject([
    { state: "found", columns: [{ name: "id", type: "bigint" }, { name: "never" }] },
    { state: "failed" },
  ]);
});

test("reads the state of a source, of a tenant's rows only", async () => {
  await own.write(
    "lake/tenants/a.parquet",
    `select i as id, if(i < 4, 'north', 'south') as team, timestamptz '2026-01-01 00:00:00+00' + to_seconds(i) as at, timestamp '2026-01-01' as local_at from range(10) as r (i)`,
  );
  const source = {
    kind: "source",
    name: "plays",
    relation: { kind: "files", engine: "lake", path: "tenants/*.parquet" },
    key: [],
    columns: [],
    eventTime: { column: "at", zone: null },
    knownTime: null,
    tieBreak: ["id"],
    tenant: "team",
    history: "events",
    filter: null,
  } as const;
  const micros = (seconds: number) => String(Date.UTC(2026, 0, 1) * 1000 + seconds * 1_000_000);
  expect(await sources.sourceState(source, "north")).toEqual({
    ...{ rows: 4, largest: { id: "3" }, latest: micros(3), engine: "lake" },
    files: { count: 1, bytes: expect.any(Number), digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(await sources.sourceState({ ...source, tenant: null }, null)).toMatchObject({
    ...{ rows: 10, largest: { id: "9" }, latest: micros(9) },
  });
  const local = { ...source, tenant: null, tieBreak: [], eventTime: { column: "local_at", zone: "Europe/Berlin" } };
  expect(await sources.sourceState(local, null)).toMatchObject({ rows: 10, largest: null, latest: micros(-3600) });
  expect(await sources.writesSince(source, null, { cluster: "", transaction: "0" })).toBe("unknown");
});
