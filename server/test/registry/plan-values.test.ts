import {
  avg,
  bool,
  coalesce,
  count,
  entity,
  featureView,
  float64,
  int64,
  latest,
  literal,
  source,
  sql,
  string,
  sum,
  vector,
} from "@featstore/definitions";
import type { Definitions, FeatureView } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { plan } from "../../src/registry/plan/plan";
import { createPlanningStore } from "../../src/registry/plan/planning-store";
import { createRegistryStore } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepare, someone } from "./fixture";

const ENTITIES = 400;
/** One event per track and tenant; every fourth value is null. */
const TABLE = `
create table plays (tenant_id text, artist text, track_id bigint, value float8, label text, at timestamptz);
insert into plays
  select t, 'artist $2 ' || i % 7, i, case when i % 4 = 0 then null else i end, 'it''s ' || i % 3, '2026-01-01'
  from generate_series(1, ${ENTITIES}) as i, unnest(array['acme', 'umbrella']) as t;
create table tracks (artist text, track_id bigint);
insert into tracks select 'artist $2 ' || i % 7, i from generate_series(1, ${ENTITIES}) as i`;

const columns = { value: float64().nullable(), label: string().nullable() };
const plays = (tenant: boolean) =>
  source({
    name: "plays",
    table: "plays",
    key: { artist: string(), track_id: int64() },
    eventTime: "at",
    tieBreak: "label",
    history: "events",
    ...(tenant ? { tenant: "tenant_id" } : {}),
    columns,
  });
const key = { artist: string(), track_id: int64() };
const track = entity({ name: "track", key });
const shared = plays(false);
const scoped = plays(true);

const only = (view: FeatureView): Definitions => ({ featureViews: [view], featureServices: [] });
const first = featureView({
  name: "mood",
  version: 1,
  entity: track,
  from: scoped,
  features: (row) => ({
    level: avg(row.value),
    plays: count(),
    label: latest(row.label),
    kept: sum(row.value),
  }),
}).ir;
const second = featureView({
  name: "mood",
  version: 2,
  entity: track,
  from: scoped,
  features: (row) => ({
    level: coalesce(avg(row.value).plus(literal(10)), 0),
    label: latest(row.label).where(row.label.ne("it's 0")),
    kept: sum(row.value),
    fresh: count(),
  }),
}).ir;

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`plan with effects on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, TABLE);
    });
    afterEach(() => opened?.drop());

    const dependencies = () => ({
      registry: createRegistryStore(opened.database),
      catalog: null,
      planning: createPlanningStore(opened.database, createEngine(opened.database)),
    });
    const publish = async (view: FeatureView) => {
      await apply(dependencies(), only(view), { appliedBy: "tester" });
      const offline = createRunLog(opened.database);
      const { views } = await materialize({
        ...dependencies(),
        offline,
        engine: createEngine(opened.database),
        holder: someone,
        isDead: async () => false,
      });
      expect(views).toMatchObject([{ state: "published" }]);
    };
    const compared = async (view: FeatureView, compare: number) => {
      const planned = await plan(dependencies(), only(view), { compare });
      const values = planned.views[0]?.values;
      if (values?.state !== "compared") throw new Error(`not compared: ${values?.reason}`);
      return values.comparison;
    };
    const everything = async (): Promise<unknown> =>
      opened.database.query({
        text: `select relname from pg_class where relnamespace <> 'pg_catalog'::regnamespace and relname !~ '^pg_toast' order by 1`,
      });

    test("reports the changes for each feature of a sample, and leaves nothing behind", async () => {
      await publish(first);
      const before = await everything();
      const { revision } = await dependencies().registry.snapshot();
      const { features, ...counts } = await compared(second, 10_000);
      expect(counts).toMatchObject({ comparedWith: 1, entities: 2 * ENTITIES, appeared: 0, vanished: 0 });
      const feature = (name: string) => features.find((each) => each.name === name);
      expect(features.map(({ name }) => name)).toEqual(["fresh", "kept", "label", "level", "plays"]);
      expect(feature("fresh")).toMatchObject({
        state: "added",
        before: null,
        after: { mean: 1, p50: 1 },
        examples: [],
      });
      expect(feature("plays")).toMatchObject({ state: "removed", after: null });
      expect(feature("kept")).toMatchObject({ state: "compared", changed: 0, newNulls: 0, vanishedNulls: 0 });
      expect(feature("level")).toMatchObject({
        changed: 2 * ENTITIES,
        changedShare: 1,
        newNulls: 0,
        vanishedNulls: ENTITIES / 2,
      });
      const level = feature("level");
      expect(level?.before?.mean).toBeCloseTo(200, 9);
      expect(level?.after?.mean).toBeCloseTo(0.75 * 210, 9);
      const [quantiles] = await opened.database.query<{ p10: number; p50: number; p90: number }>({
        text: `select ${[10, 50, 90].map((p) => `percentile_cont(${p / 100}) within group (order by value) as p${p}`)} from plays`,
      });
      for (const name of ["p10", "p50", "p90"] as const) {
        expect(level?.before?.[name]).toBeCloseTo(quantiles?.[name] ?? Number.NaN, 9);
      }
      const thirds = Math.floor(ENTITIES / 3);
      expect(feature("label")).toMatchObject({ changed: 2 * thirds, newNulls: 2 * thirds, before: null, after: null });
      for (const { key, before: old, after } of feature("label")?.examples ?? []) {
        expect(["acme", "umbrella"]).toContain(key._tenant);
        expect(Number(key.track_id) % 3).toBe(0);
        expect(key.artist).toBe(`artist $2 ${Number(key.track_id) % 7}`);
        expect([old, after]).toEqual(["it's 0", null]);
      }
      expect(feature("label")?.examples).toHaveLength(3);
      expect(await everything()).toEqual(before);
      expect((await dependencies().registry.snapshot()).revision).toBe(revision);
    });

    test("repeats the same sample; a smaller sample is part of a larger one", async () => {
      await publish(first);
      const keys = async (size: number) =>
        (await compared(second, size)).features.flatMap(({ examples }) => examples.map((each) => JSON.stringify(each)));
      expect(await keys(40)).toEqual(await keys(40));
      const small = await compared(second, 3);
      expect(small.entities).toBe(3);
      const labels = small.features.find(({ name }) => name === "level")?.examples.map((each) => each.key);
      const more = (await compared(second, 30)).features.find(({ name }) => name === "level")?.examples;
      expect(more?.map((each) => each.key)).toEqual(labels);
    });

    test("separates tenants: a change of one tenant's rows affects that tenant only", async () => {
      await publish(first);
      await opened.database.script("update plays set value = value + 1 where tenant_id = 'acme'");
      // The served generation is old; both versions are computed as of now, from the same rows.
      const same = featureView({
        ...viewParts,
        version: 2,
        from: scoped,
        features: (row) => ({ level: avg(row.value) }),
      }).ir;
      const unchanged = await compared(same, 10_000);
      expect(unchanged.features.find(({ name }) => name === "level")).toMatchObject({ changed: 0 });
      const acmeOnly = featureView({
        ...viewParts,
        version: 2,
        from: scoped.where((row) => row.value.isNull().or(row.value.gt(-1))),
        features: (row) => ({ level: avg(row.value) }),
      }).ir;
      await opened.database.script("update plays set value = -5 where tenant_id = 'acme' and track_id = 7");
      const { features, entities, vanished } = await compared(acmeOnly, 10_000);
      expect([entities, vanished]).toEqual([2 * ENTITIES - 1, 1]);
      expect(features.find(({ name }) => name === "level")).toMatchObject({ changed: 0 });
    });

    test("matches no rows between a version with tenants and one without", async () => {
      await publish(first);
      const noTenant = featureView({
        ...viewParts,
        version: 2,
        from: shared,
        features: (row) => ({ level: avg(row.value) }),
      });
      expect(await compared(noTenant.ir, 10_000)).toMatchObject({
        entities: 0,
        appeared: ENTITIES,
        vanished: 2 * ENTITIES,
      });
    });

    test("reports another key as not comparable, and SQL that fails", async () => {
      await publish(first);
      const other = entity({ name: "song", key: { track_id: int64() } });
      const rekeyed = featureView({
        ...viewParts,
        version: 2,
        entity: other,
        from: scoped,
        features: () => ({ n: count() }),
      });
      expect((await plan(dependencies(), only(rekeyed.ir), { compare: 10 })).views[0]?.values).toMatchObject({
        state: "not_comparable",
      });
      await opened.database.script("alter table plays rename column value to worth");
      expect(await plan(dependencies(), only(second), { compare: 10 })).toMatchObject({
        outcome: "refused",
        diagnostics: expect.arrayContaining([
          expect.objectContaining({
            ...{ code: "statement_refused", definition: "mood@2", severity: "error" },
            message: expect.stringContaining("value"),
          }),
        ]),
        views: [{ values: { state: "failed", reason: expect.stringContaining("value") } }],
      });
    });

    test("refuses to plan and to apply a view whose SQL PostgreSQL refuses, with its message", async () => {
      const invalid = featureView({
        ...viewParts,
        version: 1,
        from: shared,
        features: (row) => ({ level: latest(sql("float64")`no_such_function(${row.value})`) }),
      });
      const refusal = {
        outcome: "refused",
        change: null,
        diagnostics: expect.arrayContaining([
          expect.objectContaining({
            code: "statement_refused",
            message: expect.stringContaining("no_such_function"),
          }),
        ]),
      };
      expect(await plan(dependencies(), only(invalid.ir))).toMatchObject(refusal);
      expect(await apply(dependencies(), only(invalid.ir), { appliedBy: "tester" })).toMatchObject({
        plan: refusal,
        revision: null,
      });
    });

    test("does not check the SQL before the first apply", async () => {
      await opened.database.script("drop schema featstore cascade; drop schema features cascade");
      const empty = { revision: 0, entities: new Map(), featureViews: new Map(), featureServices: new Map() };
      const planned = await plan({ ...dependencies(), registry: { snapshot: async () => empty } }, only(first));
      expect(planned).toMatchObject({
        outcome: "changes",
        views: [{ effort: { planned: { state: expect.stringMatching(/^(estimated|not_yet)$/) } } }],
      });
    });

    test("compares values for a refused change too, and not when nothing is rebuilt", async () => {
      await publish(first);
      const changed = { ...second, version: 1 };
      expect(await plan(dependencies(), only(changed), { compare: 10 })).toMatchObject({
        outcome: "refused",
        views: [{ state: "refused", values: { state: "compared", comparison: { entities: 10 } } }],
      });
      for (const view of [first, { ...first, owner: "someone" }]) {
        expect((await plan(dependencies(), only(view), { compare: 10 })).views).toMatchObject([
          { values: null, effort: null },
        ]);
      }
    });

    test("takes the cost from the planner and the size from the served generation", async () => {
      const [fresh] = (await plan(dependencies(), only(first))).views;
      expect(fresh).toMatchObject({
        effort: {
          like: null,
          planned: { state: "estimated", estimate: { rows: expect.any(Number), totalCost: expect.any(Number) } },
        },
        values: null,
      });
      await publish(first);
      const [next] = (await plan(dependencies(), only(second))).views;
      expect(next?.effort?.like).toMatchObject({ version: 1, rows: 2 * ENTITIES });
      expect(next?.effort?.like?.bytes).toBeGreaterThan(8192);
    });

    test.runIf(target.hasVectors)("compares vectors and booleans", async () => {
      await opened.database.script(
        "create extension if not exists vector; alter table plays add embedding vector(2) default '[1,2]', add flag boolean default true",
      );
      const tagged = source({
        name: "tagged",
        table: "plays",
        key,
        eventTime: "at",
        tieBreak: "label",
        history: "events",
        columns: { ...columns, embedding: vector(2).nullable(), flag: bool() },
      });
      const view = (version: number) =>
        featureView({
          ...viewParts,
          version,
          from: tagged,
          features: (row) => ({
            point: latest(row.embedding).space("two"),
            flag: latest(version === 1 ? row.flag : row.flag.not()),
          }),
        }).ir;
      await publish(view(1));
      const { features } = await compared(view(2), 20);
      expect(features).toMatchObject([
        { name: "flag", changedShare: 1, before: null, examples: [{ before: true, after: false }, {}, {}] },
        { name: "point", changed: 0 },
      ]);
    });
  });
}

const viewParts = { name: "mood", entity: track } as const;
