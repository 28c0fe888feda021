import { avg, count, days, entity, featureView, float64, int64, latest, source } from "@featstore/definitions";
import { compileView, type FeatureView, postgresDialect } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { backfill } from "../../src/materialization/backfill";
import type { MaterializeDependencies } from "../../src/materialization/materialization";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { createRegistryStore, type RegistryStore, type RegistryWriter } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { prepare } from "../registry/fixture";

const TABLES = `
create table songs (song_id bigint primary key, artist text, added_at timestamptz);
insert into songs select i, 'a', '2026-01-01Z' from generate_series(1, 10) as i;
create table plays (id bigint primary key, song_id bigint, seconds float8, volume float8, played_at timestamptz);
insert into plays select i, 1 + i % 10, i, i, timestamptz '2026-01-01Z' + i * interval '1 minute' from generate_series(1, 100) as i`;

const key = { song_id: int64() };
const songs = source({ name: "songs", table: "songs", key, history: "current", eventTime: "added_at", columns: {} });
const plays = source({
  ...{ name: "plays", table: "plays", key, eventTime: "played_at", tieBreak: "id", history: "events" },
  columns: { seconds: float64(), volume: float64() },
});
const { ir } = featureView({
  ...{ name: "listening", version: 1, from: plays, entity: entity({ name: "song", key, from: songs }) },
  features: (row) => ({
    ...{ average: avg(row.seconds), week: count().over(days(7)), loud: latest(row.volume) },
    long: count().where(row.seconds.gt(50)),
    heard: latest(row.seconds.times(row.volume)),
  }),
});

/** Changes of the document that alter the text of the SQL, but no value. */
const changes: Readonly<Record<string, (view: FeatureView) => FeatureView>> = {
  "another name of the source": (view) => ({ ...view, source: { ...view.source, name: "listens" } }),
  "another order of its columns": (view) => ({
    ...view,
    source: { ...view.source, columns: [...view.source.columns].reverse() },
  }),
  "another name of the population": (view) => ({
    ...view,
    entity: { ...view.entity, population: view.entity.population && { ...view.entity.population, name: "catalog" } },
  }),
  "another order of the features": (view) => ({ ...view, features: [...view.features].reverse() }),
  "a column that has the name of a stage": (view) => {
    const [column] = view.source.columns;
    if (column === undefined) throw new Error("The source has columns");
    const columns = ["grouped", "latest", "members", "ranked", "rows"].map((name) => ({ ...column, name }));
    return { ...view, source: { ...view.source, columns: [...view.source.columns, ...columns] } };
  },
  "several changes": (view) => ({
    ...view,
    owner: "others",
    source: { ...view.source, name: "listens", columns: [...view.source.columns].reverse() },
    features: [...view.features].reverse(),
  }),
};

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`changes of metadata after a generation on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let dependencies: MaterializeDependencies & { readonly registry: RegistryStore & RegistryWriter };

    beforeEach(async () => {
      opened = await target.openMigrated();
      const { database } = opened;
      await prepare(database, TABLES);
      dependencies = {
        registry: createRegistryStore(database),
        engine: createEngine(database),
        offline: createRunLog(database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
      await applied(ir);
      await materialize(dependencies, { mode: "full" });
    });
    afterEach(() => opened?.drop());

    const applied = async (view: FeatureView) => {
      const definitions = { featureViews: [view], featureServices: [] };
      return (await apply({ ...dependencies, catalog: null }, definitions, { appliedBy: "tester" })).plan;
    };
    const registered = async () =>
      (await dependencies.registry.snapshot()).featureViews.get("listening")?.versions.get(1);
    const rowsOf = (generation: number | null | undefined) =>
      opened.database.query({
        text: `select song_id, average, week, loud, long, heard from features.listening_v1_g${generation} order by song_id`,
      });

    test.each(Object.entries(changes))("%s: runs stay incremental, and backfills are accepted", async (_, change) => {
      const planned = await applied(change(ir));
      expect(planned.views).toMatchObject([{ state: "metadata", storedSql: "rewritten", effort: null }]);
      expect((await registered())?.sql).toBe(compileView(postgresDialect, change(ir)).text);
      expect((await applied(change(ir))).outcome).toBe("nothing");

      await opened.database.script("insert into plays values (101, 4, 7, 7, '2026-01-02Z')");
      const { views } = await materialize(dependencies, { mode: "incremental" });
      expect(views).toMatchObject([{ kind: "incremental", recomputed: 1, rows: 10, whyFull: null }]);
      const asOf = views[0]?.asOf ?? 0n;
      const full = await materialize(dependencies, { mode: "full", asOf });
      const whole = await rowsOf(full.views[0]?.generation);
      expect(await rowsOf(views[0]?.generation)).toEqual(whole);
      const { view } = await backfill(dependencies, { view: "listening@1", chunkEntities: 4, asOf });
      expect(view).toMatchObject({ state: "published", rows: 10 });
      expect(await rowsOf(view.generation)).toEqual(whole);
    });

    test("keeps the SQL of another compiler", async () => {
      await opened.database.script("update featstore.feature_views set sql = sql || ' '");
      const before = await registered();
      const renamed = changes["another name of the source"]?.(ir) ?? ir;
      expect((await applied(renamed)).views).toMatchObject([{ state: "metadata", storedSql: "kept" }]);
      expect(await registered()).toMatchObject({ sql: before?.sql, view: { source: { name: "listens" } } });
      const { views } = await materialize(dependencies, { mode: "incremental" });
      expect(views).toMatchObject([{ kind: "full", whyFull: "other_compiler" }]);
    });

    test("accepts a view whose stored hash is of an earlier form", async () => {
      await opened.database.script("update featstore.feature_views set meaning_hash = 'earlier'");
      await applied({ ...ir, owner: "others" });
      expect(await registered()).toMatchObject({ view: { owner: "others" }, served: { generation: 1 } });
      expect((await registered())?.meaningHash).not.toBe("earlier");
    });
  });
}
