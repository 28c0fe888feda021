import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileTrainingSet, dialects, type FeatureView, type Source } from "../../src/compiler";
import {
  avg,
  count,
  countDistinct,
  days,
  entity,
  featureView,
  float64,
  int64,
  latest,
  max,
  source,
  string,
  timestamp,
} from "../../src/index";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";
import { runView } from "./support/result-text";

/*
 * The law of extended sources: a view over one has the same rows as over an equivalent hand-written query, at every
 * as-of time, materialized and for a spine; and no row of the base occurs twice. LAW_RUNS and LAW_SEED as in
 * law.test.ts.
 */

// Fewer cases may have no match.
const runs = Math.max(5, Math.ceil(Number(process.env.LAW_RUNS) / 10));

const scopes = ["neither", "base", "extension", "both"] as const;
type Scope = (typeof scopes)[number];

const artist = entity({ name: "artist", key: { artist: string() } });

/** The same rows twice: from an extended source and from SQL. */
function viewsOf(
  scope: Scope,
  isStatic: boolean,
  isFiltered: boolean,
): { readonly view: FeatureView; readonly written: FeatureView } {
  const isIn = (part: Scope): boolean => scope === part || scope === "both";
  const name = string().nullable();
  const tracks = source({
    name: "tracks",
    table: "x_tracks",
    key: { track_id: int64().from("id") },
    eventTime: { column: "created_at", zone: "UTC" },
    tieBreak: "number",
    ...(isIn("extension") ? { tenant: "owner" } : {}),
    history: "current",
    columns: { artist: isStatic ? name.static() : name, label: string().nullable().static() },
  });
  const analyses = source({
    name: "analyses",
    table: "x_analyses",
    key: { track_id: int64() },
    eventTime: { column: "created_at", zone: "UTC" },
    tieBreak: "id",
    ...(isIn("base") ? { tenant: "owner" } : {}),
    history: "events",
    columns: {
      analyzer: string().nullable(),
      score: float64().nullable(),
      at: timestamp({ zone: "UTC" }).from("created_at"),
    },
  });
  const extended = analyses
    .where((a) => a.analyzer.ne("none"))
    .extend(isFiltered ? tracks.where((t) => t.label.ne("hidden")) : tracks, {
      by: "track_id",
      columns: ["artist", "label"],
    })
    .keyedBy("artist");
  const { ir: view } = featureView({
    name: "activity",
    version: 1,
    entity: artist,
    from: extended,
    features: (a) => ({
      rows: count(),
      rows_2d: count().over(days(2)),
      loud: count().where(a.label.eq("loud")),
      tracks: countDistinct(a.track_id),
      score: avg(a.score),
      last_label: latest(a.label),
      last_at: max(a.at),
    }),
  });
  const tenant = scope === "extension" ? "t.owner as _tenant" : "a.owner";
  const last = `select distinct on (${isIn("extension") ? "owner, " : ""}id) * from x_tracks where ${isFiltered ? "label <> 'hidden'" : "true"}
    order by ${isIn("extension") ? "owner, " : ""}id, created_at desc nulls last, number desc`;
  const text = `select a.track_id, a.analyzer, a.score, a.created_at, a.id, t.artist, t.label, ${tenant}
    from x_analyses as a left join (${last}) as t on t.id = a.track_id ${scope === "both" ? "and t.owner = a.owner" : ""}`;
  const columns = view.source.columns.map(({ static: _, ...column }) => column);
  const { declaredKey: _, ...rest } = view.source;
  const query: Source = { ...rest, relation: { kind: "query", text }, columns };
  return { view, written: { ...view, source: query } };
}

/** A value as a text that each database reads by the type of its column. */
const quoted = (value: string | number | null): string => (value === null ? "null" : `'${value}'`);
const day = (number: number): string => `2026-01-${String(1 + number).padStart(2, "0")}T00:00:00Z`;
const owner = fc.constantFrom("t", "t", "t", "u", "u", "", null);
const anyCase = fc.record({
  scope: fc.constantFrom(...scopes),
  isStatic: fc.boolean(),
  isFiltered: fc.boolean(),
  tracks: fc.array(
    fc.record({
      id: fc.option(fc.nat(3), { freq: 9 }),
      artist: fc.constantFrom("A", "B", "C", null),
      label: fc.constantFrom("loud", "loud", "quiet", "quiet", "hidden"),
      created_at: fc.option(fc.nat(4).map(day)),
      owner,
    }),
    { minLength: 4, maxLength: 10 },
  ),
  analyses: fc.array(
    fc.record({
      track_id: fc.option(fc.nat(4), { freq: 9 }),
      analyzer: fc.constantFrom("x", "y", "none"),
      score: fc.option(fc.integer({ min: -4, max: 4 })),
      created_at: fc.nat(6).map(day),
      owner,
    }),
    { minLength: 6, maxLength: 16 },
  ),
  spine: fc.array(
    fc.record({
      _tenant: fc.constantFrom("t", "u"),
      artist: fc.constantFrom("A", "B", "C", "D"),
      _as_of: fc.nat(7).map(day),
    }),
    { maxLength: 8 },
  ),
  asOf: fc.nat(7).map(day),
});

describe.each([...sqlTargets("all"), duckdbTarget])("extended sources on $name", ({ engine, skip, open }) => {
  let database: SqlDatabase;
  beforeAll(async () => {
    if (skip) return;
    database = await open();
    await database.script(`create table x_tracks (id integer, artist text, label text, created_at timestamp, owner text, number integer);
      create table x_analyses (track_id integer, analyzer text, score float8, created_at timestamp, owner text, id integer);
      create table featstore.x_spine (_row bigint primary key, _tenant text, artist text, _as_of timestamptz, _passthrough text)`);
  });
  afterAll(() => database?.close());

  const fill = async (table: string, rows: readonly object[], number: string): Promise<void> => {
    const numbered = rows.map((row, index) => ({ ...row, [number]: index }));
    const names = Object.keys(numbered[0] ?? {});
    const values = numbered.map((row) => `(${Object.values(row).map(quoted).join(", ")})`);
    await database.query(`delete from ${table}`);
    if (values.length > 0)
      await database.query(`insert into ${table} (${names.join(", ")}) values ${values.join(", ")}`);
  };

  const trained = async (view: FeatureView, strategy: "join" | "running") => {
    const { statement, columns } = compileTrainingSet(dialects[engine], {
      views: [{ view, features: view.features.map(({ name }) => name), strategy }],
      spine: { schema: "featstore", table: "x_spine" },
    });
    const items = columns.map(({ name }) => `"${name}"::text as "${name}"`).join(", ");
    const rows = await database.query(`select _row::text as _row, ${items} from (\n${statement.text}\n) as r`, [
      ...statement.parameters,
    ]);
    const comparable = columns.filter(({ withoutHistory }) => !withoutHistory).map(({ feature }) => feature);
    return { rows: rows.map(({ _row, ...values }) => Object.values(values)), comparable };
  };

  test.skipIf(skip)("have the rows of a hand-written query", { timeout: 300_000 }, async () => {
    let storedCount = 0;
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ scope, isStatic, isFiltered, tracks, analyses, spine, asOf }) => {
        const isScoped = scope === "extension" || scope === "both";
        const isFirst = (row: (typeof tracks)[number], index: number): boolean =>
          tracks.findIndex(({ id, owner }) => id === row.id && (!isScoped || owner === row.owner)) === index;
        // If a filter precedes it, a key may occur twice.
        await fill("x_tracks", isFiltered ? tracks : tracks.filter(isFirst), "number");
        await fill("x_analyses", analyses, "id");
        const { view, written } = viewsOf(scope, isStatic, isFiltered);
        const sorted = async (of: FeatureView, at: string) =>
          (await runView(database, of, at)).map((row) => JSON.stringify(row)).sort();
        const materialized = await sorted(view, asOf);
        expect(materialized).toEqual(await sorted(written, asOf));

        await fill("featstore.x_spine", spine, "_row");
        for (const strategy of ["join", "running"] as const) {
          const { rows, comparable } = await trained(view, strategy);
          const byHand = await trained(written, strategy);
          // An artist's present name says nothing about the past, unless it never changes.
          expect(comparable).toEqual(isStatic ? byHand.comparable : []);
          expect(rows).toEqual(isStatic ? byHand.rows : byHand.rows.map((row) => row.map(() => null)));
        }

        // For a spine as of one time: the rows materialized then.
        const keys = materialized.map(
          (row) => JSON.parse(row) as { tenant: string; key: [string]; features: unknown[] },
        );
        const all = keys.map(({ tenant, key }) => ({ _tenant: tenant, artist: key[0], _as_of: asOf }));
        await fill("featstore.x_spine", all, "_row");
        if (isStatic && keys.length > 0) {
          storedCount += 1;
          const { rows } = await trained(
            { ...view, features: view.features.filter(({ type }) => type === "int32") },
            "join",
          );
          const counts = keys.map(({ features }) =>
            features.filter((_, index) => view.features[index]?.type === "int32"),
          );
          expect(rows).toEqual(counts);
        }
      }),
      { numRuns: runs },
    );
    // Enough cases for at least one match, whatever the seed.
    expect(storedCount).toBeGreaterThan(0);
  });

  test.skipIf(skip)("fail with the key if the extension contains it twice", async () => {
    const at = day(1);
    const track = { artist: "A", label: "loud", created_at: at, owner: "t" };
    await fill("x_analyses", [{ track_id: 1, analyzer: "x", score: 1, created_at: at, owner: "t" }], "id");
    await fill(
      "x_tracks",
      [
        { ...track, id: 1 },
        { ...track, id: 1, owner: "u" },
        { ...track, id: null },
      ],
      "number",
    );
    const shared = viewsOf("neither", true, false).view;
    await expect(runView(database, shared, at)).rejects.toThrow(/"x_tracks" .*\{"id": ?1\}/);
    // Each tenant has its own.
    expect(await runView(database, viewsOf("both", true, false).view, at)).toHaveLength(1);
    await database.script("delete from x_tracks where owner = 'u'");
    if (engine === "postgres") await database.script("create unique index x_id on x_tracks (id)");
    expect(await runView(database, shared, at)).toHaveLength(1);
    if (engine === "postgres") await database.script("drop index x_id");
  });

  test.skipIf(skip || engine !== "postgres")("skip reading the keys only if an index makes them unique", async () => {
    await database.script(
      "create table y (a integer, b integer, c integer, primary key (a, c)); insert into y values (1, 1, 1), (1, 1, 2)",
    );
    const check = async (columns: string) =>
      (await database.query(`select featstore.one_row_per_key('y', '{${columns}}')::text as result`))[0]?.result;
    expect(await check("a,c")).toBe("true");
    expect(await check("c,a,b")).toBe("true");
    await database.script("create unique index on y (a, b) where b > 1; create unique index on y ((a + c), a)");
    await expect(check("a,b")).rejects.toThrow(/^y .*\{"a": 1, "b": 1\}/);
    await database.script("drop table y");
  });
});
