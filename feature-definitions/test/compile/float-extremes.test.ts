import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileTrainingSet, compileView, dialects, type FeatureView } from "../../src/compiler";
import {
  avg,
  days,
  decimal,
  entity,
  featureView,
  float64,
  int64,
  latest,
  source,
  stddev,
  sum,
  variance,
} from "../../src/index";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";

const MAX = Number.MAX_VALUE;

/** The numbers of each thing, all on one day. */
const numbers: Readonly<Record<number, readonly (number | string)[]>> = {
  1: [1e200, -1e200],
  2: [1e200, 2e200, 1],
  3: [MAX, -MAX, 3],
  4: [MAX, MAX],
  5: [-MAX, -MAX],
  6: [MAX],
  7: [1e300, "NaN"],
  8: [1, 2, 6],
  9: [1e139, -1e139],
  10: [5e-324, 5e-324],
};

const expected: Readonly<
  Record<number, { readonly sum: number; readonly avg: number; readonly stddev: number | null }>
> = {
  1: { sum: 0, avg: 0, stddev: Number.NaN },
  2: { sum: 3e200, avg: 1e200, stddev: Number.NaN },
  3: { sum: Number.NaN, avg: Number.NaN, stddev: Number.NaN },
  4: { sum: Infinity, avg: Infinity, stddev: Number.NaN },
  5: { sum: -Infinity, avg: -Infinity, stddev: Number.NaN },
  6: { sum: Infinity, avg: Infinity, stddev: null },
  7: { sum: Infinity, avg: Infinity, stddev: Number.NaN },
  8: { sum: 9, avg: 3, stddev: Math.sqrt(7) },
  9: { sum: 0, avg: 0, stddev: Math.SQRT2 * 1e139 },
  10: { sum: 1e-323, avg: 5e-324, stddev: 0 },
};

const rows = Object.entries(numbers).flatMap(([thing, list]) =>
  list.map((number, index) => `(${thing}, '2026-01-01 0${index}:00:00+00', '${number}')`),
);
const TABLES = `
  create table doubles (thing bigint, "at" timestamptz, number double precision);
  insert into doubles values ${rows.join(", ")};
  create schema if not exists featstore;
  create table featstore.spine (_row bigint, _as_of timestamptz, thing bigint);
  insert into featstore.spine values ${Array.from({ length: 12 }, (_, i) => `(${i + 1}, '2026-01-01 23:00:00+00', ${i + 1})`).join(", ")};
`;
/** No decimal of DuckDB is so large. */
const NUMERICS = `
  create table numerics (thing bigint, at timestamptz, number numeric);
  insert into numerics select thing, at, number::text::numeric from doubles;
  create table beyond (thing bigint, at timestamptz, number numeric);
  insert into beyond values (11, '2026-01-01', '1e400'), (11, '2026-01-01', '1e400');
`;

function viewOf(table: string, type: typeof float64 | typeof decimal, more: boolean): FeatureView {
  const from = source({
    name: "facts",
    table,
    key: { thing: int64() },
    eventTime: "at",
    tieBreak: "number",
    history: "events",
    columns: { number: type() as ReturnType<typeof float64> },
  });
  return featureView({
    name: "extremes",
    version: 1,
    entity: entity({ name: "thing", key: { thing: int64() } }),
    from,
    features: (f) => ({
      avg: avg(f.number),
      avg_1d: avg(f.number).over(days(1)),
      stddev: stddev(f.number),
      sum: sum(f.number),
      sum_1d: sum(f.number).over(days(1)),
      variance: variance(f.number),
      ...(more ? { last: latest(f.number).ignoreNulls() } : {}),
    }),
  }).ir;
}

const close = (expectedRow: number | null, magnitude: number) =>
  expectedRow === null || !Number.isFinite(expectedRow) || magnitude === 0
    ? expectedRow
    : expect.closeTo(expectedRow / magnitude, 11);

/** The values to compare: numbers relative to the size of their inputs, if they are finite. */
function scaled(text: string | null | undefined, magnitude: number): number | null {
  if (text === null || text === undefined) return null;
  const number = Number(text);
  return Number.isFinite(number) && magnitude !== 0 ? number / magnitude : number;
}

for (const target of [...sqlTargets("main"), duckdbTarget]) {
  describe.skipIf(target.skip)(`numbers near the limits of float64 on ${target.name}`, () => {
    const dialect = dialects[target.engine];
    const hasNumerics = target.engine === "postgres";
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open();
      await database.script(TABLES);
      if (hasNumerics) await database.script(NUMERICS);
    });
    afterAll(() => database?.close());

    async function resultOf(view: FeatureView, way: "materialize" | "join" | "running") {
      if (way === "materialize") {
        const { text, parameters } = compileView(dialect, view);
        const found = await database.query(text, ["2026-01-01T23:00:00Z", ...parameters]);
        return new Map(found.map((row) => [Number(row.thing), row]));
      }
      const spine = { schema: "featstore", table: "spine" };
      const features = view.features.map(({ name }) => name);
      const { statement, columns } = compileTrainingSet(dialect, {
        views: [{ view, features, strategy: way }],
        spine,
      });
      const found = await database.query(statement.text, statement.parameters);
      return new Map(
        found.map((row) => [
          Number(row._row),
          Object.fromEntries(columns.map(({ name, feature }) => [feature, row[name] ?? null])),
        ]),
      );
    }

    const ways = ["materialize", "join", "running"] as const;
    const kinds = [["doubles", float64], ...(hasNumerics ? [["numerics", float64] as const] : [])] as const;
    test.each(ways.flatMap((way) => kinds.map(([table, type]) => [way, table, type] as const)))(
      "%s of %s gives sums and means without overflow, and infinite ones for numbers beyond 1e290",
      async (way, table, type) => {
        for (const more of [false, true]) {
          const found = await resultOf(viewOf(table, type, more), way);
          for (const [thing, expectedRow] of Object.entries(expected)) {
            const row = found.get(Number(thing));
            const size = Math.max(0, ...(numbers[Number(thing)] ?? []).map((each) => Math.abs(Number(each)) || 0));
            const of = (name: string) => scaled(row?.[name], size);
            const values = [of("sum"), of("sum_1d"), of("avg"), of("avg_1d"), of("stddev")];
            const { sum, avg, stddev } = expectedRow;
            expect(values, `thing ${thing}`).toEqual([sum, sum, avg, avg, stddev].map((each) => close(each, size)));
          }
        }
      },
    );

    test.skipIf(!hasNumerics).each(ways)("%s of decimals gives means beyond float64 as infinite", async (way) => {
      for (const type of [float64, decimal] as const) {
        const found = await resultOf(viewOf("beyond", type, false), way);
        expect([found.get(11)?.avg, found.get(11)?.variance]).toEqual(["Infinity", "NaN"]);
      }
    });
  });
}
