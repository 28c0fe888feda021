import {
  avg,
  count,
  days,
  entity,
  featureView,
  float64,
  int32,
  latest,
  max,
  source,
  string,
} from "@featstore/definitions";
import {
  changedKeysTable,
  columnsOf,
  compileChangedEntities,
  compileTrainingSet,
  compileView,
  type FeatureView,
  postgresDialect,
} from "@featstore/definitions/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../src/database/database";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";

/** One column of the key determines the other, so PostgreSQL expects almost no row to match in both. */
const TABLES = `
create table plays (id bigint primary key, country text, song integer, org text, seconds float8, at timestamptz);
insert into plays select i, 'c' || i % 3200, i % 3200, 'org' || i % 3, i, timestamptz '2026-01-01Z' + i * interval '1 minute'
  from generate_series(1, 12800) as i;
create table songs (country text, song integer, genre text, primary key (country, song));
insert into songs select 'c' || i, i, 'g' || i % 7 from generate_series(0, 3199) as i;
create table licences as select country, song, 'org' || number as org, id from songs,
  generate_series(0, 2) as number, lateral (select number + song as id) as numbered;
create table charts as select id, country, song, at, id % 5 as stars from plays;
create table labels as select id, country, song, at, 'l' || id % 9 as label from plays where id % 5 = 0;
create table spine (_row bigint primary key, _tenant text not null, country text, song integer, _as_of timestamptz not null);
insert into spine select row_number() over (order by song) - 1, 'org1', country, song, '2026-02-01Z' from songs where song < 900;
analyze plays; analyze songs; analyze licences; analyze charts; analyze labels; analyze spine`;

const AS_OF = "2026-02-01T00:00:00.000000Z";
const key = { country: string(), song: int32() };
const timed = { key, eventTime: "at", tieBreak: "id", history: "events" } as const;
const columns = { seconds: float64().nullable() };
const songs = source({ name: "songs", table: "songs", key, history: "current", columns: { genre: string() } });
const licences = source({ name: "licences", table: "licences", key, tenant: "org", history: "current", columns: {} });
const plays = source({ ...timed, name: "plays", table: "plays", columns });
const scoped = source({ ...timed, name: "scoped_plays", table: "plays", tenant: "org", columns });
const labels = source({ ...timed, name: "labels", table: "labels", columns: { label: string() } });
const charts = source({ ...timed, name: "charts", table: "charts", columns: { stars: int32() } });

const song = entity({ name: "song", key, from: songs });
const licensed = entity({ name: "licensed_song", key, from: licences });
const version = 1;
const views: readonly FeatureView[] = [
  featureView({
    ...{ name: "listening", version, entity: song, from: plays },
    features: (p) => ({ plays: count().over(days(7)), average: avg(p.seconds), longest: max(p.seconds) }),
  }).ir,
  featureView({
    ...{ name: "seen", version, entity: entity({ name: "seen_song", key }), from: plays },
    features: (p) => ({ plays: count(), longest: max(p.seconds) }),
  }).ir,
  featureView({
    ...{ name: "last", version, entity: song, from: plays },
    features: (p) => ({ last: latest(p.seconds) }),
  }).ir,
  featureView({
    ...{ name: "of_tenants", version, entity: song, from: scoped },
    features: (p) => ({ plays: count(), longest: max(p.seconds) }),
  }).ir,
  featureView({
    ...{ name: "licensed", version, entity: licensed, from: scoped },
    features: (p) => ({ plays: count(), longest: max(p.seconds) }),
  }).ir,
  featureView({
    ...{ name: "extended", version, entity: song },
    from: charts.extend(labels, { by: { country: "country", song: "song" }, columns: ["label"] }),
    features: (c) => ({ charts: count(), label: latest(c.label), stars: max(c.stars) }),
  }).ir,
];

interface Node {
  readonly "Node Type": string;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Join Filter"?: number;
  readonly Plans?: readonly Node[];
}

/** Nodes that compute a row for each group or partition. */
const AGGREGATIONS = new Set(["Aggregate", "Group", "Unique", "WindowAgg"]);

async function nodesOf(database: Database, text: string, parameters: readonly (string | null)[]): Promise<Node[]> {
  const explained = `explain (analyze, costs off, timing off, format json) ${text}`;
  const [row] = await database.query<{ "QUERY PLAN": string | unknown }>({ text: explained, parameters });
  const plan = row?.["QUERY PLAN"];
  const [{ Plan }] = (typeof plan === "string" ? JSON.parse(plan) : plan) as [{ Plan: Node }];
  const all = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(all)];
  return all(Plan);
}

function expectNothingRepeated(nodes: readonly Node[]): void {
  const repeated = nodes.filter((node) => AGGREGATIONS.has(node["Node Type"]) && node["Actual Loops"] > 1);
  expect(repeated.map((node) => `${node["Node Type"]}: ${node["Actual Loops"]}`)).toEqual([]);
  expect(Math.max(...nodes.map((node) => node["Rows Removed by Join Filter"] ?? 0))).toBeLessThan(12_800);
}

/** Creates the table of an incremental run's keys with the 900 first songs. */
async function requestKeys(database: Database, view: FeatureView): Promise<void> {
  const [declared] = await database.query<{ columns: string }>({
    text: "select featstore.key_declarations($1::text::jsonb) as columns",
    parameters: [JSON.stringify(columnsOf(view).slice(1, 3))],
  });
  const table = `features.${changedKeysTable(view)}`;
  await database.script(`create table ${table} (${declared?.columns});
    insert into ${table} select country, song from songs where song < 900; analyze ${table}`);
}

for (const target of testDatabases("all").filter(({ name }) => name !== "pgbouncer")) {
  describe.skipIf(target.skip)(target.name, () => {
    let opened: OpenTestDatabase;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, TABLES);
    });
    afterAll(() => opened?.drop());

    for (const view of views) {
      test(`aggregates the rows of ${view.name} once for 900 changed entities with a key of two columns`, async () => {
        const { database } = opened;
        await requestKeys(database, view);
        const { text, parameters } = compileChangedEntities(postgresDialect, view);
        expectNothingRepeated(await nodesOf(database, text, [AS_OF, ...parameters]));

        const whole = compileView(postgresDialect, view);
        const listed = (rows: string, where: string): string =>
          `select md5(string_agg(r::text, '|' order by r::text)) as digest, count(*) as rows from (${rows}) as r where ${where}`;
        const [changed] = await database.query({ text: listed(text, "true"), parameters: [AS_OF, ...parameters] });
        const expected = { text: listed(whole.text, "song < 900"), parameters: [AS_OF, ...whole.parameters] };
        expect(await database.query(expected)).toEqual([changed]);
        expect(Number(changed?.rows)).toBeGreaterThanOrEqual(900);
      });
    }

    test("joins each view once to 900 rows of a training set with a key of two columns", async () => {
      const selected = views.map((view) => ({ view, features: view.features.map(({ name }) => name) }));
      const { statement } = compileTrainingSet(postgresDialect, {
        views: selected,
        spine: { schema: null, table: "spine" },
      });
      expectNothingRepeated(await nodesOf(opened.database, statement.text, statement.parameters));
    });
  });
}
