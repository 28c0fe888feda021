import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileTrainingSet, compileView, dialects, type FeatureView } from "../../src/compiler";
import {
  entity,
  featureView,
  float32,
  float64,
  int64,
  latest,
  max,
  min,
  mode,
  percentile,
  source,
} from "../../src/index";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";

/*
 * -0 and 0 are equal, so PostgreSQL's aggregates return the one that they read first. Each thing has both, in either order of rows
 * and of times; the current table has one row per thing.
 */

const key = { thing: int64() };
const thing = entity({ name: "thing", key });

function viewOf(history: "events" | "current", type: typeof float64 | typeof float32): FeatureView {
  const number = type().from(type === float32 ? "single" : "number");
  const from = source({
    ...{ name: "numbers", table: `zeros_${history}`, key, eventTime: "at", tieBreak: "id", history },
    columns: { number: (history === "current" ? number.static() : number) as ReturnType<typeof float64> },
  });
  return featureView({
    ...{ name: "zeros", version: 1, entity: thing, from },
    features: ({ number }) => ({
      lowest: min(number),
      highest: max(number),
      common: mode(number),
      middle: percentile(number, 0.5),
      last: latest(number),
    }),
  }).ir;
}

const ways = ["materialize", "join", "running"] as const;
const cases = (["events", "current"] as const).flatMap((history) =>
  [float64, float32].flatMap((type) => ways.map((way) => [history, type().type, way, viewOf(history, type)] as const)),
);

for (const target of [...sqlTargets("all"), duckdbTarget]) {
  describe.skipIf(target.skip)(`zeros with and without a sign on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open();
      await database.script(`
        create table zeros_events (id bigint, thing bigint, number double precision, single real, "at" timestamptz);
        insert into zeros_events values (1, 1, '-0', '-0', '2026-01-01'), (2, 1, '0', '0', '2026-01-02'),
          (3, 2, '0', '0', '2026-01-01'), (4, 2, '-0', '-0', '2026-01-02'), (5, 3, '-0', '-0', '2026-01-02'), (6, 3, '0', '0', '2026-01-01');
        create table zeros_current as select * from zeros_events where id in (1, 3, 5);
        create schema if not exists featstore;
        create table featstore.spine (_row bigint, _as_of timestamptz, thing bigint);
        insert into featstore.spine values (1, '2026-02-01', 1), (2, '2026-02-01', 2), (3, '2026-02-01', 3)`);
    });
    afterAll(() => database?.close());

    test.each(cases)(
      "%s of %s by %s: aggregates give 0, and `latest` the value as it is",
      async (history, _type, way, view) => {
        const rows = await rowsOf(database, view, way);
        const names = ["lowest", "highest", "common", "middle"];
        expect(rows.map((row) => names.map((name) => row[name]))).toEqual(rows.map(() => ["0", "0", "0", "0"]));
        const last = history === "events" ? ["0", "-0", "-0"] : ["-0", "0", "-0"];
        expect(rows.map((row) => row.last)).toEqual(last);
      },
    );
  });
}

async function rowsOf(database: SqlDatabase, view: FeatureView, way: (typeof ways)[number]) {
  const dialect = dialects[database.engine];
  if (way === "materialize") {
    const { text, parameters } = compileView(dialect, view);
    return database.query(`${text} order by 2`, ["2026-02-01T00:00:00Z", ...parameters]);
  }
  const features = view.features.map(({ name }) => name);
  const spine = { schema: "featstore", table: "spine" };
  const { statement, columns } = compileTrainingSet(dialect, {
    views: [{ view, features, strategy: way }],
    spine,
  });
  const found = await database.query(statement.text, statement.parameters);
  const inOrder = [...found].sort((one, other) => Number(one._row) - Number(other._row));
  return inOrder.map((row) => Object.fromEntries(columns.map(({ name, feature }) => [feature, row[name]])));
}
