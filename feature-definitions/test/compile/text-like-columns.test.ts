import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileTrainingSet, compileView, type FeatureView, postgresDialect } from "../../src/compiler";
import {
  collect,
  count,
  countDistinct,
  entity,
  featureView,
  first,
  int32,
  int64,
  lastN,
  latest,
  max,
  min,
  mode,
  source,
  string,
  sum,
  uuid,
} from "../../src/index";
import { type SqlDatabase, sqlTargets } from "./support/databases";

// `string()` reads types without a collation, or without one by code point: uuids, enums, and domains over either.
// `uuid()` reads the uuids among them, with the same results.

const columns = ["a_uuid", "an_enum", "a_uuid_domain", "an_enum_domain"] as const;
const readings = [
  ...columns.map((column) => ({ column, type: "string" as const })),
  ...(["a_uuid", "a_uuid_domain"] as const).map((column) => ({ column, type: "uuid" as const })),
];
type Reading = (typeof readings)[number];

const columnOf = (type: Reading["type"]): ReturnType<typeof string> =>
  // Both types have the same methods here.
  type === "string" ? string() : (uuid() as unknown as ReturnType<typeof string>);

// The three rows have the same time. In text order, the last is the row with n = 2; the enum declares another order.
const TABLE = `
  create type letter as enum ('c', 'b', 'a');
  create domain uuid_domain as uuid;
  create domain letter_domain as letter check (value is not null);
  create table plays (
    song bigint, at timestamptz, n integer,
    a_uuid uuid, an_enum letter, a_uuid_domain uuid_domain, an_enum_domain letter_domain
  );
  insert into plays
    select 1, '2026-01-01Z', n, id, letter, id, letter
    from unnest(
      array[1, 2, 3],
      array['a0000000-0000-0000-0000-00000000000b', 'c0000000-0000-0000-0000-00000000000a',
            'b0000000-0000-0000-0000-00000000000c']::uuid[],
      array['a', 'c', 'b']::letter[]
    ) as row (n, id, letter);
  create table featstore.spine (_row bigint, _as_of timestamptz, song bigint);
  insert into featstore.spine values (1, '2026-01-02Z', 1);
`;

const texts = (column: string): readonly string[] =>
  column.includes("uuid")
    ? [
        "a0000000-0000-0000-0000-00000000000b",
        "b0000000-0000-0000-0000-00000000000c",
        "c0000000-0000-0000-0000-00000000000a",
      ]
    : ["a", "b", "c"];

function playsWith({ column, type }: Reading) {
  const plays = source({
    name: "plays",
    table: "plays",
    key: { song: int64() },
    eventTime: "at",
    tieBreak: column,
    history: "events",
    columns: { value: columnOf(type).from(column), n: int32() },
  });
  return { plays, song: entity({ name: "song", key: { song: int64() } }) };
}

/** The feature `n` of the last row, found in each of the ways that statements use. */
function viewsWith(reading: Reading): readonly FeatureView[] {
  const { plays, song } = playsWith(reading);
  const parts = (name: string) => ({ name, version: 1, entity: song, from: plays });
  return [
    featureView({ ...parts("of_latest_rows"), features: (p) => ({ n: latest(p.n) }) }).ir,
    featureView({ ...parts("of_sorted_rows"), features: (p) => ({ n: latest(p.n), rows: count(), total: sum(p.n) }) })
      .ir,
    featureView({
      ...parts("of_ordered_rows"),
      features: (p) => ({ n: latest(p.n).ignoreNulls(), values: countDistinct(p.value) }),
    }).ir,
    featureView({ ...parts("of_numbered_rows"), features: (p) => ({ n: latest(p.n), one: first(p.n) }) }).ir,
  ];
}

for (const target of sqlTargets("main")) {
  describe.skipIf(target.skip)(`text-like columns on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open();
      await database.script(`create schema if not exists featstore; ${TABLE}`);
    });
    afterAll(() => database?.close());

    test.each(readings)("$column breaks ties, read as $type", async (reading) => {
      for (const view of viewsWith(reading)) {
        const { text, parameters } = compileView(postgresDialect, view);
        const rows = await database.query(text, ["2026-01-02T00:00:00Z", ...parameters]);
        expect(
          rows.map(({ n }) => n),
          view.name,
        ).toEqual(["2"]);
        for (const strategy of ["join", "running"] as const) {
          const spine = { schema: "featstore", table: "spine" };
          const { statement } = compileTrainingSet(postgresDialect, {
            views: [{ view, features: ["n"], strategy }],
            spine,
          });
          const joined = await database.query(statement.text, statement.parameters);
          expect(
            joined.map(({ f1 }) => f1),
            `${view.name}, ${strategy}`,
          ).toEqual(["2"]);
        }
      }
    });

    test.each(readings)("$column is a key and a value, read as $type", async (reading) => {
      const { column, type } = reading;
      const plays = source({
        name: "plays",
        table: "plays",
        key: { key: columnOf(type).from(column) },
        eventTime: "at",
        tieBreak: column,
        history: "events",
        columns: { n: int32() },
      });
      const ofKey = featureView({
        name: "of_key",
        version: 1,
        entity: entity({ name: "key", key: { key: columnOf(type) } }),
        from: plays,
        features: (p) => ({ n: latest(p.n), rows: count() }),
      });
      const { text, parameters } = compileView(postgresDialect, ofKey.ir);
      const rows = await database.query(`${text} order by 2`, ["2026-01-02T00:00:00Z", ...parameters]);
      expect(rows.map(({ key, n }) => [key, n])).toEqual(
        texts(column).map((key, index) => [key, String([1, 3, 2][index])]),
      );

      const { plays: values, song } = playsWith(reading);
      const ofValues = featureView({
        name: "of_values",
        version: 1,
        entity: song,
        from: values,
        features: (p) => ({
          min: min(p.value),
          max: max(p.value),
          usual: mode(p.value),
          last: lastN(p.value, 2),
          all: collect(p.value, { limit: 3 }),
          early: count().where(p.value.lt(type === "uuid" ? "B0000000-0000-0000-0000-000000000000" : "b")),
        }),
      });
      const compiled = compileView(postgresDialect, ofValues.ir);
      const [low, middle, high] = texts(column);
      expect(await database.query(compiled.text, ["2026-01-02T00:00:00Z", ...compiled.parameters])).toMatchObject([
        {
          min: low,
          max: high,
          usual: low,
          last: `{${high},${middle}}`,
          all: `{${low},${middle},${high}}`,
          early: "1",
        },
      ]);
    });

    test.each(columns)("%s breaks ties in a source that extends another", async (column) => {
      const songs = source({
        name: "songs",
        query: "select song, at, n, a_uuid, an_enum, a_uuid_domain, an_enum_domain from plays",
        key: { song: int64() },
        tieBreak: column,
        columns: { n: int32(), [column]: string() } as { n: ReturnType<typeof int32> },
      });
      const facts = source({ name: "facts", table: "plays", key: { song: int64() }, columns: {} });
      const view = featureView({
        name: "extended",
        version: 1,
        entity: entity({ name: "song", key: { song: int64() } }),
        from: facts.extend(songs, { by: "song", columns: ["n"] }),
        features: (p) => ({ n: max(p.n) }),
      });
      const { text, parameters } = compileView(postgresDialect, view.ir);
      expect(await database.query(text, ["2026-01-02T00:00:00Z", ...parameters])).toMatchObject([{ n: "2" }]);
    });
  });
}
