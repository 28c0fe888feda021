import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  chooseStrategy,
  compileFanOut,
  compileRepeats,
  compileRowsBefore,
  compileTrainingSet,
  dialects,
  type FeatureView,
  postgresDialect,
  type TrainingView,
} from "../../src/compiler";
import {
  count,
  countDistinct,
  days,
  entity,
  featureView,
  first,
  int32,
  int64,
  latest,
  literal,
  max,
  source,
  string,
} from "../../src/index";
import { type SqlDatabase, sqlTargets } from "./support/databases";
import { duckdbTarget } from "./support/duckdb";
import { goldenTrainingSets, namedView, shippedViews, wholeView } from "./support/golden-files";

const folders = [
  ["postgres", resolve(import.meta.dirname, "../golden-point-in-time")],
  ["duckdb", resolve(import.meta.dirname, "../golden-point-in-time-duckdb")],
  ["spark", resolve(import.meta.dirname, "../golden-point-in-time-spark")],
] as const;
const isUpdate = process.env.UPDATE_GOLDEN === "1";
const spine = { schema: "featstore", table: "spine" };

function goldenText(views: readonly TrainingView[], engine: keyof typeof dialects): string {
  const { statement, columns } = compileTrainingSet(dialects[engine], { views, spine });
  const named = columns.map(
    ({ name, view, version, feature, type, withoutHistory }) =>
      `-- ${name} = ${view}@${version}.${feature} ${type}${withoutHistory ? ", without history" : ""}\n`,
  );
  const list = statement.parameters.map(
    (parameter, index) => `-- ${engine === "spark" ? ":p" : "$"}${index + 1} = ${JSON.stringify(parameter)}\n`,
  );
  return `${named.join("")}${list.join("")}${statement.text};\n`;
}

describe.each(folders)("golden files of %s", (engine, folder) => {
  if (isUpdate) mkdirSync(folder, { recursive: true });

  test.each([...goldenTrainingSets])("%s", (file, views) => {
    const path = join(folder, file);
    const text = goldenText(views, engine);
    if (isUpdate) writeFileSync(path, text);
    expect(existsSync(path) ? readFileSync(path, "utf8") : "absent; run with UPDATE_GOLDEN=1").toBe(text);
  });

  test("have no obsolete files", () => {
    expect(readdirSync(folder).sort()).toEqual([...goldenTrainingSets.keys()].sort());
  });
});

test("rejects a feature that the view does not have", () => {
  const view = namedView(shippedViews, "analysis_activity");
  expect(() => compileTrainingSet(postgresDialect, { views: [{ view, features: ["nothing"] }], spine })).toThrow(
    /analysis_activity@1 .*nothing/,
  );
});

// Names that could collide: with the spine's alias, the stage of members, a view's stage.
const people = source({
  name: "spine",
  table: "person_members",
  key: { person: int32() },
  tenant: "tenant",
  eventTime: "born",
  history: "current",
  columns: { name: string().static(), city: string() },
});
const person = entity({ name: "person", key: { person: int32() }, from: people });
const visits = source({
  name: "visits",
  table: "visits_v1",
  key: { person: int32() },
  tenant: "tenant",
  eventTime: "at",
  knownTime: "known",
  tieBreak: "id",
  history: "events",
  columns: { id: int64(), place: string() },
});
const visitsView = featureView({
  name: "visits",
  version: 1,
  entity: person,
  from: visits,
  ttl: days(30),
  features: (v) => ({ place: latest(v.place), visits: count(), visits_7d: count().over(days(7)), last: max(v.id) }),
});
const profile = featureView({
  name: "profile",
  version: 1,
  entity: person,
  from: people,
  features: (p) => ({ name: latest(p.name), city: latest(p.city), rows: count() }),
});
test("marks a static column in the definition, and no other", () => {
  expect(profile.ir.source.columns.map((column) => column.static)).toEqual([true, undefined]);
});

const atSea = featureView({
  name: "at_sea",
  version: 1,
  entity: person,
  from: visits.where((v) => v.place.eq("sea")),
  features: (v) => ({ place: latest(v.place).ignoreNulls(), visits: count(), places: countDistinct(v.place) }),
});

describe("views of one source are compiled as one", () => {
  const joins = (views: readonly TrainingView[]): number =>
    compileTrainingSet(postgresDialect, { views, spine }).statement.text.split('join "visits_v1"').length - 1;
  const withFeature = (expression: FeatureView["features"][number]["expression"]): TrainingView => {
    const [first, ...features] = atSea.ir.features.map((feature) => ({ ...feature }));
    return wholeView({ ...atSea.ir, features: first ? [{ ...first, expression }, ...features] : [] });
  };
  const place = { kind: "column", name: "place", type: "string", nullable: false } as const;
  const count = { kind: "aggregate", name: "count", where: null, overSeconds: null, ignoreNulls: false } as const;

  test("uses one join, even if their filters differ", () => {
    expect(joins([wholeView(visitsView.ir)])).toBe(1);
    expect(joins([wholeView(visitsView.ir), wholeView(atSea.ir)])).toBe(1);
    expect(joins([wholeView(visitsView.ir), { view: profile.ir, features: ["name"] }, wholeView(atSea.ir)])).toBe(1);
  });

  test("compiles separately a view that reads only its latest row or may fail on the other's rows", () => {
    expect(joins([wholeView(visitsView.ir), { view: atSea.ir, features: ["visits", "place"] }])).toBe(1);
    expect(joins([wholeView(visitsView.ir), withFeature({ ...count, operand: place })])).toBe(1);
    const latestAlone = { view: visitsView.ir, features: ["place"] };
    expect(joins([latestAlone, wholeView(atSea.ir)])).toBe(2);
    const strict = { kind: "cast", operand: place, to: "int32", strict: true } as const;
    expect(joins([wholeView(visitsView.ir), withFeature({ ...count, operand: strict })])).toBe(2);
    const filter = { kind: "cast", operand: place, to: "bool", strict: false } as const;
    const losing = { ...atSea.ir, filter, source: visitsView.ir.source };
    expect(joins([wholeView(visitsView.ir), wholeView(losing)])).toBe(2);
    expect(joins([wholeView(losing), wholeView({ ...losing, name: "again" })])).toBe(1);
    const sql = { kind: "sql", texts: ["1 / length(", ")"], operands: [place], type: "int32", nullable: true } as const;
    expect(joins([wholeView(visitsView.ir), withFeature({ ...count, operand: sql })])).toBe(2);
  });
});

const tables = `
create table person_members (person integer, tenant text, born timestamptz, name text, city text);
insert into person_members values
  (1, 't', '2020-01-01T00:00:00Z', 'Ada', 'Berlin'), (1, 't', '2020-01-01T00:00:00Z', 'Ada', 'Berlin'),
  (1, 'u', '2020-01-01T00:00:00Z', 'Una', 'Rome'), (2, 't', '2026-06-01T00:00:00Z', 'Ben', 'Oslo');
create table visits_v1 (id bigint, person integer, tenant text, "at" timestamptz, known timestamptz, place text);
insert into visits_v1 values
  (1, 1, 't', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'sea'),
  (2, 1, 't', '2026-01-10T00:00:00Z', '2026-01-12T00:00:00Z', 'hill'),
  (3, 1, 'u', '2026-01-05T00:00:00Z', '2026-01-05T00:00:00Z', 'moon'),
  (4, 1, '', '2026-01-05T00:00:00Z', '2026-01-05T00:00:00Z', 'nowhere'),
  (5, 9, 't', '2026-01-05T00:00:00Z', '2026-01-05T00:00:00Z', 'gone');
create table featstore.spine (
  _row bigint primary key, _tenant text not null, person integer, _as_of timestamptz not null, _passthrough text
);
insert into featstore.spine values
  (0, 't', 1, '2026-01-11T00:00:00Z', '{"label": 1}'),
  (1, 't', 1, '2026-01-11T00:00:00Z', null),
  (2, 't', 1, '2026-01-12T00:00:00Z', null),
  (3, 't', 1, '2026-02-20T00:00:00Z', null),
  (4, 'u', 1, '2026-01-11T00:00:00Z', null),
  (5, '', 1, '2026-01-11T00:00:00Z', null),
  (6, 't', 2, '2026-01-11T00:00:00Z', null),
  (7, 't', 2, '2026-07-01T00:00:00Z', null),
  (8, 't', 9, '2026-01-11T00:00:00Z', null),
  (9, 't', 1, '2019-01-01T00:00:00Z', null);
`;

for (const target of [...sqlTargets("all"), duckdbTarget]) {
  const dialect = dialects[target.engine];

  describe.skipIf(target.skip)(`on ${target.name}`, () => {
    let database: SqlDatabase;
    beforeAll(async () => {
      database = await target.open("Europe/Berlin");
      await database.script(tables);
    });
    afterAll(() => database?.close());

    async function valuesOf(views: readonly TrainingView[]): Promise<readonly (readonly (string | null)[])[]> {
      const { statement, columns } = compileTrainingSet(dialect, { views, spine });
      const rows = await database.query(statement.text, statement.parameters);
      return rows.map((row) => [row._row ?? null, ...columns.map(({ name }) => row[name] ?? null)]);
    }

    test("has the values known at each row's time, each row once, tenants separate", async () => {
      const views = [{ view: visitsView.ir, features: ["place", "visits", "visits_7d", "last"] }];
      expect(await valuesOf(views)).toEqual([
        ["0", "sea", "1", "0", "1"],
        ["1", "sea", "1", "0", "1"],
        // Events of the tenth are known from the twelfth on.
        ["2", "hill", "2", "1", "2"],
        // Expired.
        ["3", null, null, null, null],
        ["4", "moon", "1", "1", "3"],
        // The shared scope has no person.
        ["5", null, null, null, null],
        // Not a member yet, then one without visits.
        ["6", null, null, null, null],
        ["7", null, "0", "0", null],
        ["8", null, null, null, null],
        ["9", null, null, null, null],
      ]);
    });

    test("has only static values for a source that is updated in place", async () => {
      const views = [wholeView(visitsView.ir), { view: profile.ir, features: ["city", "name", "rows"] }];
      const { columns, withoutHistory } = compileTrainingSet(dialect, { views, spine });
      expect(withoutHistory).toEqual(["profile@1"]);
      expect(columns.filter((column) => column.withoutHistory).map(({ feature }) => feature)).toEqual(["city", "rows"]);
      const rows = await valuesOf(views);
      expect(rows.map((row) => row.slice(5))).toEqual([
        [null, "Ada", null],
        [null, "Ada", null],
        [null, "Ada", null],
        [null, "Ada", null],
        [null, "Una", null],
        [null, null, null],
        [null, null, null],
        [null, "Ben", null],
        [null, null, null],
        [null, null, null],
      ]);
      expect((await valuesOf([{ view: profile.ir, features: ["city"] }])).map((row) => row[1])).toEqual(
        Array.from({ length: 10 }, () => null),
      );
    });

    test("gives the same result with both strategies and measures the fan-out of a join", async () => {
      const known = { ...visitsView.ir, source: { ...visitsView.ir.source, knownTime: null } };
      const joined = await valuesOf([{ ...wholeView(known), strategy: "join" }]);
      expect(await valuesOf([{ ...wholeView(known), strategy: "running" }])).toEqual(joined);
      const compiled = compileTrainingSet(dialect, {
        views: [{ ...wholeView(visitsView.ir), strategy: "running" }],
        spine,
      });
      // Rows whose known time is later than their event time cannot be processed in time order.
      expect(compiled.strategies).toEqual(["join"]);
      const { text, parameters } = compileFanOut(dialect, visitsView.ir, spine);
      // One person occurs five times and has two visits; the others occur less often.
      expect(await database.query(text, parameters)).toEqual([{ source_rows: "2", joined_rows: "10" }]);
      const before = compileRowsBefore(dialect, spine, "2026-01-12T00:00:00Z");
      expect(await database.query(before.text, before.parameters)).toEqual([{ rows: "7" }]);
      const repeats = async (text: string) => {
        await database.script(`drop table if exists featstore.asked; create table featstore.asked as ${text}`);
        const statement = compileRepeats(dialect, visitsView.ir.entity, {
          schema: "featstore",
          table: "asked",
        });
        return database.query(statement.text, statement.parameters);
      };
      expect(await repeats("select * from featstore.spine")).toEqual([{ repeats: "t" }]);
      expect(await repeats("select distinct on (person) * from featstore.spine")).toEqual([{ repeats: "f" }]);
      expect(chooseStrategy(wholeView(known), 10, { sourceRows: 2, joinedRows: 10 })).toBe("join");
      expect(chooseStrategy(wholeView(known), 10, { sourceRows: 4, joinedRows: 1_000_000 })).toBe("running");
      expect(chooseStrategy(wholeView(visitsView.ir), 10, { sourceRows: 4, joinedRows: 1_000_000 })).toBe("join");
    });

    test("takes a constant from the first row, of which it reads no column, with both strategies", async () => {
      const { ir } = featureView({
        ...{ name: "marks", version: 1, entity: person, from: visits },
        features: () => ({ came: first(literal("yes")) }),
      });
      const view = { ...ir, source: { ...ir.source, knownTime: null } };
      const expected = ["yes", "yes", "yes", "yes", "yes", null, null, null, null, null];
      for (const strategy of ["join", "running"] as const)
        expect((await valuesOf([{ ...wholeView(view), strategy }])).map(([_row, came]) => came)).toEqual(expected);
    });

    test("gives the same result for views compiled together as for each alone", async () => {
      for (const strategy of ["join", "running"] as const) {
        const at = (view: FeatureView): TrainingView => {
          const source = { ...view.source, knownTime: strategy === "running" ? null : view.source.knownTime };
          const features = view.features
            .map(({ name }) => name)
            .filter((name) => strategy === "join" || name !== "places");
          return { view: { ...view, source }, features, strategy };
        };
        const views = [at(visitsView.ir), at(atSea.ir)];
        const apart = await Promise.all(views.map((view) => valuesOf([view])));
        const [first = [], second = []] = apart;
        expect(await valuesOf(views)).toEqual(first.map((row, index) => [...row, ...(second[index] ?? []).slice(1)]));
      }
    });

    test("accepts rows from before any calendar in a sliding frame", async () => {
      const early = target.engine === "postgres" ? "4714-12-01T00:00:00Z BC" : "4714-12-01 (BC) 00:00:00Z";
      const text = `select id, person, tenant, "at", place from visits_v1
        union all select 8, 1, 't', '${early}'::timestamptz, 'cave'
        union all select 9, 1, 'u', '-infinity'::timestamptz, 'void'`;
      const old = {
        ...visitsView.ir,
        source: { ...visitsView.ir.source, knownTime: null, relation: { kind: "query", text } as const },
      };
      const joined = await valuesOf([{ ...wholeView(old), strategy: "join" }]);
      expect(joined.map(([_row, ...values]) => values)).toContainEqual(["9", "moon", "2", "1"]);
      expect(await valuesOf([{ ...wholeView(old), strategy: "running" }])).toEqual(joined);
    });

    test("has the stored values of a source that is updated in place, from tables with the store's names", async () => {
      await database.script(`
create schema if not exists features;
create table features.profile_v1_history (
  _tenant text, person integer, _until timestamptz, _present boolean, _event_time timestamptz, city text
);
insert into features.profile_v1_history values
  ('t', 1, '2026-01-11T12:00:00Z', true, '2020-01-01T00:00:00Z', 'Bonn'), ('t', 2, '2026-06-01T00:00:00Z', false, null, null);
create table features.profile_served (_tenant text, person integer, _event_time timestamptz, city text);
insert into features.profile_served values
  ('t', 1, '2020-01-01T00:00:00Z', 'Berlin'), ('u', 1, '2020-01-01T00:00:00Z', 'Rome'),
  ('t', 2, '2026-06-01T00:00:00Z', 'Oslo');`);
      const stored = { table: "profile_served", since: "2026-01-01T00:00:00.000000Z" };
      const rows = await valuesOf([{ view: profile.ir, features: ["city"], stored }]);
      expect(rows.map(([_row, city]) => city)).toEqual([
        ...["Bonn", "Bonn", "Berlin", "Berlin", "Rome", null],
        // Not stored yet, then served; unknown; before the stored history.
        ...[null, "Oslo", null, null],
      ]);
    });

    test("is empty for an empty spine", async () => {
      await database.script("create table featstore.nothing as select * from featstore.spine where false");
      const { statement } = compileTrainingSet(dialect, {
        views: [wholeView(visitsView.ir)],
        spine: { schema: "featstore", table: "nothing" },
      });
      expect(await database.query(statement.text, statement.parameters)).toEqual([]);
    });
  });
}
