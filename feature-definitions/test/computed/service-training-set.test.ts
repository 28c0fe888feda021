import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Strategy } from "../../src/compile/source/entities";
import {
  chooseStrategy,
  compileEvaluator,
  compileJoinedFanOut,
  compileServiceTrainingSet,
  compileTrainingSet,
  dialects,
  type PortableValue,
  postgresDialect,
  readerOf,
} from "../../src/compiler";
import { type SqlDatabase, sqlTargets } from "../compile/support/databases";
import { duckdbTarget } from "../compile/support/duckdb";
import { textOf } from "../evaluate/support/compiled-values";
import { artistListening, listening, recommender, song } from "./fixtures";

interface SongRow {
  readonly track_id: number;
  /** Days since 2026-01-01, like all times here. */
  readonly created_at: number;
  readonly artist: string | null;
  readonly released_on: string | null;
  readonly lyrics: readonly number[] | null;
}
interface PlayRow {
  readonly track_id: number;
  readonly artist: string;
  readonly played_at: number;
  readonly seconds: number;
}
interface SpineRowInput {
  readonly track_id: number;
  readonly as_of: number;
  readonly today: string;
  readonly query: readonly number[] | null;
  readonly weight: number | null;
}
interface Case {
  readonly songs: readonly SongRow[];
  readonly plays: readonly PlayRow[];
  readonly spine: readonly SpineRowInput[];
}

const anyDay = fc.integer({ min: 0, max: 60 });
const anyArtist = fc.constantFrom("ann", "ann", "bob", "nobody's");
const anyDate = fc.constantFrom("2025-12-31", "2024-02-29", "2026-03-01");
const element = fc.float({ noNaN: true, min: -4, max: 4 }).filter((value) => value === 0 || Math.abs(value) > 1e-3);
const anyVector = fc.oneof(fc.constant([0, 0, 0]), fc.tuple(element, element, element));
const anyTrack = fc.integer({ min: 1, max: 3 });
const anyCase: fc.Arbitrary<Case> = fc.record({
  songs: fc.uniqueArray(
    fc.record({
      track_id: anyTrack,
      created_at: anyDay,
      artist: fc.option(anyArtist),
      released_on: fc.option(anyDate),
      lyrics: fc.option(anyVector),
    }),
    { maxLength: 6, selector: ({ track_id, created_at }) => `${track_id} ${created_at}` },
  ),
  plays: fc.array(
    fc.record({
      track_id: anyTrack,
      artist: fc.constantFrom("ann", "bob"),
      played_at: anyDay,
      seconds: fc.integer({ min: 0, max: 600 }),
    }),
    { maxLength: 10 },
  ),
  spine: fc.array(
    fc.record({
      track_id: fc.integer({ min: 1, max: 4 }),
      as_of: anyDay,
      today: anyDate,
      query: fc.option(anyVector),
      weight: fc.option(fc.constantFrom(0, 0.5, 3)),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

const day = (count: number, fraction = "000000"): string =>
  `${new Date(Date.UTC(2026, 0, 1 + count)).toISOString().slice(0, 19)}.${fraction}Z`;
/** The times of all plays and spine rows in microseconds, and times in between. */
const [PLAYED, SPINE_ROWS] = ["250001", "999999"];
const SINCE_PLAYED = 749_998;
const spine = { schema: "featstore", table: "service_spine" } as const;
const vectorText = (vector: readonly number[] | null): string | null => vector && `[${vector.join(",")}]`;

const tables = (vector: string): string => `
create table songs (track_id bigint, created_at timestamp, artist text, released_on date, lyrics ${vector});
create sequence play_ids;
create table plays (
  id integer default nextval('play_ids'), track_id bigint, artist text, played_at timestamp, seconds int
);
create table featstore.service_spine (
  _row bigint primary key, _tenant text not null, track_id bigint, _as_of timestamptz not null, _passthrough text
);`;

async function fill(database: SqlDatabase, { songs, plays, spine: spineRows }: Case): Promise<void> {
  const quoted = (value: unknown): string => (value === null ? "null" : `'${String(value).replaceAll("'", "''")}'`);
  const into = async (table: string, columns: string, rows: readonly object[]): Promise<void> => {
    const values = rows.map((row) => {
      const byName = new Map<string, unknown>(Object.entries(row));
      return `(${columns.split(", ").map((name) => quoted(byName.get(name) ?? null))})`;
    });
    if (rows.length > 0) await database.query(`insert into ${table} (${columns}) values ${values.join(", ")}`);
  };
  await database.script("delete from songs; delete from plays; delete from featstore.service_spine");
  const songRows = songs.map((row) => ({ ...row, created_at: day(row.created_at), lyrics: vectorText(row.lyrics) }));
  await into("songs", "track_id, created_at, artist, released_on, lyrics", songRows);
  const playRows = plays.map((row) => ({ ...row, played_at: day(row.played_at, PLAYED) }));
  await into("plays", "track_id, artist, played_at, seconds", playRows);
  const rows = spineRows.map(({ track_id, as_of, ...inputs }, index) => ({
    _row: index,
    _tenant: "",
    track_id,
    _as_of: day(as_of, SPINE_ROWS),
    _passthrough: JSON.stringify({ label: "x", ...inputs }),
  }));
  await into("featstore.service_spine", "_row, _tenant, track_id, _as_of, _passthrough", rows);
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

const instantOf = (text: string): PortableValue => readerOf("timestamp")(text);

/** Independent implementation of the stored values as of a row's time. */
function storedValues({ songs, plays }: Case, { track_id, as_of }: SpineRowInput): ReadonlyMap<string, PortableValue> {
  const of = songs.filter((row) => row.track_id === track_id);
  const isMember = of.some(({ created_at }) => created_at <= as_of);
  const latest = of.filter(({ created_at }) => created_at <= as_of).sort((a, b) => b.created_at - a.created_at)[0];
  const known = plays.filter(({ played_at }) => played_at <= as_of);
  const own = known.filter((row) => row.track_id === track_id);
  const last = Math.max(...own.map(({ played_at }) => played_at));
  const isFresh = isMember && (own.length === 0 || as_of - last < 30);
  const artist = latest?.artist ?? null;
  const others = known.filter((row) => row.artist === artist);
  return new Map<string, PortableValue>([
    ["song.artist", artist],
    ["song.released_on", latest?.released_on ?? null],
    ["song.lyrics", latest?.lyrics ?? null],
    ["listening.plays", isFresh ? BigInt(own.length) : null],
    ["listening.last_played", isFresh && own.length > 0 ? instantOf(day(last, PLAYED)) : null],
    ["as_of", instantOf(day(as_of, SPINE_ROWS))],
    ["listening.seconds_avg", (isFresh ? mean(own.map(({ seconds }) => seconds)) : null) ?? 0],
    ["artist_listening.plays", others.length === 0 ? null : BigInt(others.length)],
    ["artist_listening.seconds_avg", mean(others.map(({ seconds }) => seconds)) ?? 0],
  ]);
}

const computed = recommender.ir.computed ?? [];
const evaluators = computed.map(({ expression }) => compileEvaluator(expression));

function compile(strategy: Strategy, engine: SqlDatabase["engine"]) {
  const artist = { view: "song", version: 1, feature: "artist" };
  return compileServiceTrainingSet(dialects[engine], {
    views: [
      { view: song.ir, features: ["artist", "released_on", "lyrics"], strategy },
      { view: listening.ir, features: ["plays", "seconds_avg", "last_played"], strategy },
    ],
    joined: [{ key: artist, views: [{ view: artistListening.ir, features: ["plays", "seconds_avg"], strategy }] }],
    computed,
    inputs: recommender.ir.inputs ?? [],
    spine,
  });
}

/** The database computes vectors in float32. */
function isEqual(actual: string | null, expected: PortableValue, isOfVectors: boolean): boolean {
  if (actual === null || expected === null) return actual === expected;
  if (typeof expected === "number")
    return Math.abs(Number(actual) - expected) <= (isOfVectors ? 1e-6 * Math.max(1, Math.abs(expected)) : 0);
  if (Array.isArray(expected)) return JSON.stringify(JSON.parse(actual).map(Math.fround)) === JSON.stringify(expected);
  return typeof expected === "boolean" ? actual.startsWith(expected ? "t" : "f") : actual === String(expected);
}

async function differencesOf(database: SqlDatabase, each: Case, strategy: Strategy): Promise<readonly string[]> {
  const { engine } = database;
  const { statement, columns, computed: made } = compile(strategy, engine);
  const similarity = made.find(({ feature }) => feature.name === "similarity")?.name;
  const idle = made.find(({ feature }) => feature.name === "idle")?.name ?? "";
  const items = [...columns, ...made.map(({ name, feature }) => ({ name, type: feature.type }))].map(
    ({ name, type }) => `${textOf(`"${name}"`, type, engine)} as "${name}"`,
  );
  const rows = await database.query(
    `select "_row"::text as "_row", ${items.join(", ")} from (\n${statement.text}\n) as "result"`,
    [...statement.parameters],
  );
  // A row knows only facts up to its time.
  for (const row of rows) expect([-1_000_000, SINCE_PLAYED]).toContain(Math.round((Number(row[idle]) % 86_400) * 1e6));
  expect(rows.map((row) => row._row)).toEqual(each.spine.map((_row, index) => String(index)));
  return each.spine.flatMap((spineRows, index) => {
    const values = new Map(storedValues(each, spineRows));
    const found = rows[index] ?? {};
    const stored = columns.map(({ name, view, feature }) => [name, values.get(`${view}.${feature}`) ?? null] as const);
    values
      .set("input.today", spineRows.today)
      .set("input.query", spineRows.query)
      .set("input.weight", spineRows.weight);
    const expected = [
      ...stored,
      ...made.map(({ name, feature }, position) => {
        return [name, evaluators[position]?.(values) ?? feature.default ?? null] as const;
      }),
    ];
    return expected
      .filter(([name, value]) => !isEqual(found[name] ?? null, value, name === similarity))
      .map(([name, value]) => `${index} ${name}: ${found[name]}, expected ${String(value)}`);
  });
}

test("a service without joins, inputs and computed features compiles as before", () => {
  const views = [{ view: song.ir, features: ["artist"] }];
  const { computed: none, ...compiled } = compileServiceTrainingSet(postgresDialect, { views, spine });
  expect(compiled).toEqual(compileTrainingSet(postgresDialect, { views, spine }));
  expect(none).toEqual([]);
});

test("an entity cannot be joined via a source without history", () => {
  const current = { ...song.ir, source: { ...song.ir.source, history: "current" as const, eventTime: null } };
  const { columns, withoutHistory } = compileServiceTrainingSet(postgresDialect, {
    views: [{ view: current, features: ["artist"] }],
    joined: [
      {
        key: { view: "song", version: 1, feature: "artist" },
        views: [{ view: artistListening.ir, features: ["plays"] }],
      },
    ],
    spine,
  });
  expect(columns.map(({ feature, withoutHistory: isUnknown }) => [feature, isUnknown])).toEqual([
    ["artist", true],
    ["plays", true],
  ]);
  expect(withoutHistory).toEqual(["song@1", "artist_listening@1"]);
});

test("rejects a joining key that is not requested", () => {
  const joined = [{ key: { view: "song", version: 1, feature: "artist" }, views: [] }];
  expect(() =>
    compileServiceTrainingSet(postgresDialect, { views: [{ view: song.ir, features: [] }], joined, spine }),
  ).toThrow(RangeError);
});

for (const target of [...sqlTargets("main").filter(({ hasVectors }) => hasVectors), duckdbTarget]) {
  describe.skipIf(target.skip)(`a service's training set on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open("America/New_York");
      await database.script(tables(target.engine === "duckdb" ? "real[3]" : "vector(3)"));
    });
    afterAll(() => database?.close());

    test("has the values known for the row's entity and for the joined entities", { timeout: 300_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyCase, async (each) => {
          await fill(database, each);
          for (const strategy of ["join", "running"] as const) {
            const differences = await differencesOf(database, each, strategy);
            if (differences.length > 0) throw new Error(`${strategy}: ${differences.join("\n")}`);
          }
        }),
        {
          numRuns: Math.ceil(Number(process.env.LAW_RUNS) / 8),
        },
      );
    });

    test("measures the fan-out of a joined view over the keys found", { timeout: 60_000 }, async () => {
      const plays = Array.from({ length: 6 }, () => ({ track_id: 1, artist: "ann", played_at: 1, seconds: 1 }));
      const spineRows = Array.from({ length: 5 }, (_, index) => ({
        track_id: 1 + (index % 2),
        as_of: 9,
        today: "2026-01-01",
        query: null,
        weight: null,
      }));
      const songs = [1, 2].map((track_id) => ({
        track_id,
        created_at: 0,
        artist: "ann",
        released_on: null,
        lyrics: null,
      }));
      await fill(database, { songs, plays, spine: spineRows });
      const { text, parameters } = compileJoinedFanOut(
        dialects[target.engine],
        artistListening.ir,
        { view: song.ir, feature: "artist" },
        spine,
      );
      const [row] = await database.query(
        `select source_rows::text as source_rows, joined_rows::text as joined_rows from (${text}) as f`,
        [...parameters],
      );
      expect(row).toEqual({ source_rows: "6", joined_rows: "30" });
      const many = { sourceRows: 6, joinedRows: 30_000_000 };
      expect(chooseStrategy({ view: artistListening.ir, features: ["plays"] }, 5, many)).toBe("running");
    });
  });
}
