import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { distanceOf, openSongs, type Song, songViews } from "./fixture";

/*
 * The law: a search gives the same hits as a comparison of all vectors in plain code, and only the tenant's own rows.
 */

const runs = Math.ceil(Number(process.env.LAW_RUNS) / 100);
const METRIC = "cosine";
const owners = ["", "acme", "zeta"];
const labels = ["a", "b", "B", "ß"];
const shares = [0, 0.25, 0.5, 0.75];

const coordinate = fc.integer({ min: -3, max: 3 });
const anySong = fc.record({
  id: fc.nat(15),
  owner: fc.constantFrom(...owners),
  shape: fc.option(fc.tuple(coordinate, coordinate, coordinate), { freq: 8 }),
  share: fc.option(fc.constantFrom(...shares)),
  label: fc.option(fc.constantFrom(...labels)),
  shown: fc.option(fc.boolean()),
  age: fc.constantFrom(0.25, 0.5, 2),
});

interface Condition {
  readonly feature: string;
  readonly op: string;
  readonly value?: unknown;
}
type Filter = Condition | { readonly and: Filter[] } | { readonly or: Filter[] } | { readonly not: Filter };

const anyCondition = (view: string): fc.Arbitrary<Condition> => {
  const comparing = fc.constantFrom("eq", "ne", "lt", "lte", "gt", "gte");
  return fc.oneof(
    fc.record({ feature: fc.constant(`${view}.share`), op: comparing, value: fc.constantFrom(...shares) }),
    fc.record({ feature: fc.constant(`${view}.label`), op: comparing, value: fc.constantFrom("none", ...labels) }),
    fc.record({ feature: fc.constant(`${view}.shown`), op: fc.constantFrom("eq", "ne"), value: fc.boolean() }),
    fc.record({
      feature: fc.constant(`${view}.label`),
      op: fc.constant("in"),
      value: fc.array(fc.constantFrom("none", ...labels), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      feature: fc.constantFrom(`${view}.share`, `${view}.label`),
      op: fc.constant("is_null"),
      value: fc.boolean(),
    }),
  );
};
const anyFilter = (views: readonly string[]): fc.Arbitrary<Filter> =>
  fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      ...views.map(anyCondition),
      fc.record({ and: fc.array(tie("filter"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ or: fc.array(tie("filter"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie("filter") }),
    ),
  })).filter;

const anySearch = fc
  .record({
    embedding: fc.constantFrom("song_shape.shape", "own_shape.shape"),
    tenant: fc.constantFrom("acme", "zeta", "nobody"),
    vector: fc.tuple(coordinate, coordinate, fc.constantFrom(1, 2)),
    k: fc.constantFrom(1, 3, 50),
    metric: fc.constantFrom("cosine", "l2", "inner_product"),
  })
  .chain((search) =>
    fc.record({
      search: fc.constant(search),
      filter: fc.option(anyFilter(["song_facts", "own_facts"]), { nil: undefined, freq: 4 }),
    }),
  );

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`search on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeEach(async () => {
      opened = await target.openMigrated();
    });
    afterEach(() => opened?.drop());

    test("returns the tenant's nearest vectors that match the filter", { timeout: 300_000 }, async () => {
      const application = await openSongs(opened.database, songViews(3, METRIC), 3);
      const step = fc.record({
        songs: fc.array(anySong, { maxLength: 40 }),
        isFull: fc.boolean(),
        searches: fc.array(anySearch, { minLength: 25, maxLength: 25 }),
      });
      let all: Song[] = [];
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), async (steps) => {
          await opened.database.script("truncate songs; truncate owned");
          all = [];
          for (const [index, { songs, isFull, searches }] of steps.entries()) {
            all.push(...songs);
            await application.insert(songs);
            const mode = isFull || index === 0 ? "full" : "incremental";
            for (const view of (await application.publish({ mode })).views)
              expect(view).toMatchObject({ failure: null });
            const tables = await opened.database.query({
              text: `select count(*)::integer as n from featstore.vector_tables as t join featstore.feature_views as v
                on v.name = t.view and v.version = t.version and v.served_generation = any (t.generations)`,
            });
            expect(tables).toEqual([{ n: 2 }]);
            for (const { search, filter } of searches) {
              const { tenant, ...request } = search;
              const { status, body } = await application.search({ ...request, filter }, tenant);
              expect(status, JSON.stringify(body)).toBe(200);
              const expected = expectedOf(all, search, filter);
              const reported = JSON.stringify({ search, filter });
              const hits: { readonly id: number; readonly distance: number }[] = body.hits;
              expect(
                hits.map(({ distance }) => distance.toFixed(5).replace("-0.00000", "0.00000")),
                reported,
              ).toEqual(
                expected.slice(0, search.k).map(({ distance }) => distance.toFixed(5).replace("-0.00000", "0.00000")),
              );
              for (const { id, distance } of hits) {
                const match = expected.find((song) => song.id === id);
                expect(match?.distance, reported).toBeCloseTo(distance, 4);
              }
              expect(new Set(hits.map(({ id }) => id)).size).toBe(hits.length);
            }
          }
        }),
        // PGlite shows that the SQL is right there too, but is ten times slower.
        { numRuns: target.kind === "pglite" ? Math.ceil(runs / 4) : runs },
      );
    });
  });
}

/** The latest row of each key, by (event time, order of arrival). */
function latestOf(songs: readonly Song[], owner: string): Map<number, Song> {
  const rows = new Map<number, Song>();
  for (const song of songs.filter((each) => each.owner === owner)) {
    const latest = rows.get(song.id);
    if (latest === undefined || (latest.age ?? 0) >= (song.age ?? 0)) rows.set(song.id, song);
  }
  return rows;
}

function expectedOf(
  songs: readonly Song[],
  search: {
    readonly embedding: string;
    readonly tenant: string;
    readonly vector: readonly number[];
    readonly metric: "cosine" | "l2" | "inner_product";
  },
  filter: Filter | undefined,
) {
  const shared = latestOf(songs, "");
  const own = latestOf(songs, search.tenant);
  const servedValue = (feature: string, id: number): unknown => {
    const [view, name] = feature.split(".");
    const row = view === "own_facts" ? own.get(id) : shared.get(id);
    const isExpired = view === "song_facts" && (row?.age ?? 0) > 1;
    const value = row === undefined || isExpired ? null : row[name as "share" | "label" | "shown"];
    return view === "song_facts" && name === "label" ? (value ?? "none") : value;
  };
  return [...(search.embedding === "own_shape.shape" ? own : shared).values()]
    .flatMap(({ id, shape }) =>
      // A zero vector has no direction, so no cosine search returns it.
      shape === null ||
      shape.every((value) => value === 0) ||
      (filter !== undefined && !holds(filter, (feature) => servedValue(feature, id)))
        ? []
        : [{ id, distance: distanceOf(search.metric, search.vector, shape) }],
    )
    .sort((left, right) => left.distance - right.distance);
}

function holds(filter: Filter, servedValue: (feature: string) => unknown): boolean {
  if ("and" in filter) return filter.and.every((inner) => holds(inner, servedValue));
  if ("or" in filter) return filter.or.some((inner) => holds(inner, servedValue));
  if ("not" in filter) return !holds(filter.not, servedValue);
  const value = servedValue(filter.feature);
  if (filter.op === "is_null") return (value === null) === filter.value;
  if (value === null) return false;
  if (filter.op === "in") return (filter.value as readonly unknown[]).includes(value);
  const order = compare(value, filter.value);
  const results: Readonly<Record<string, boolean>> = {
    eq: order === 0,
    ne: order !== 0,
    lt: order < 0,
    lte: order <= 0,
    gt: order > 0,
    gte: order >= 0,
  };
  return results[filter.op] ?? false;
}

/** Compares texts by code point. */
function compare(left: unknown, right: unknown): number {
  if (left === right) return 0;
  return (left as string | number) < (right as string | number) ? -1 : 1;
}
