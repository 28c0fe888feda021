import { avg, entity, featureView, float64, int64, source } from "@featstore/definitions";
import { compileView, type Definitions, type FeatureView, postgresDialect } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { plan } from "../../src/registry/plan/plan";
import { createRegistryStore } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, prepare, viewChange } from "../registry/fixture";

const TABLES = `
create schema staging;
create table plays (id bigint primary key, k bigint, value float8, at timestamptz);
create table staging.plays (like plays including all);
insert into plays select i, i, i, '2026-01-01Z' from generate_series(1, 10) as i;
insert into staging.plays values (1, 1, 1, '2026-01-01Z')`;

const described = {
  name: "plays",
  key: { k: int64() },
  eventTime: "at",
  tieBreak: "id",
  history: "events",
  columns: { value: float64().nullable() },
} as const;
const plays = source({ ...described, table: "plays" });
const query = (text: string): typeof plays => source({ ...described, query: text });
const viewOver = (from: typeof plays, version = 1): FeatureView =>
  featureView({
    ...{ name: "means", version, from, entity: entity({ name: "thing", key: { k: int64() } }) },
    features: (row) => ({ mean: avg(row.value) }),
  }).ir;
const only = (...featureViews: readonly FeatureView[]): Definitions => ({ featureViews, featureServices: [] });

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`names of sources on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let registry: ReturnType<typeof createRegistryStore>;
    beforeEach(async () => {
      opened = await target.openMigrated(target.kind === "postgres" ? { poolSize: 1 } : {});
      await prepare(opened.database, TABLES);
      registry = createRegistryStore(opened.database);
    });
    afterEach(() => opened.drop());

    const dependencies = () => ({ registry, catalog: createEngine(opened.database) });
    const applied = (...views: readonly FeatureView[]) =>
      apply(dependencies(), only(...views), { appliedBy: "tester" });
    const planned = (...views: readonly FeatureView[]) => plan(dependencies(), only(...views));
    // One connection, because the search path belongs to its session.
    const searchPath = (path: string) => opened.database.query({ text: `set search_path = ${path}` });
    const run = async (mode: "full" | "incremental" = "full") => {
      const offline = createRunLog(opened.database);
      const holder = await thisProcess();
      return (
        await materialize(
          { registry, offline, engine: createEngine(opened.database), holder, isDead: isSurelyDead },
          { mode },
        )
      ).views[0];
    };
    const registered = async () => (await registry.snapshot()).featureViews.get("means")?.versions.get(1);
    const codes = (diagnostics: readonly { readonly code: string }[]) =>
      diagnostics
        .map(({ code }) => code)
        .filter((code) => code.startsWith("source_resolves") || code.startsWith("search"));

    test("an applied version keeps reading the table that its name meant when applied, and plan warns when the name now means another", async () => {
      const view = viewOver(plays);
      await applied(view);
      expect((await registered())?.view.source.relation).toEqual({ kind: "table", schema: "public", table: "plays" });
      await run();
      await searchPath("staging, public");
      expect(await run()).toMatchObject({ state: "published", rows: 10 });
      expect(await run("incremental")).toMatchObject({ state: "published", kind: "incremental", rows: 10 });
      const { outcome, diagnostics } = await planned(view);
      expect(outcome).toBe("nothing");
      expect(codes(diagnostics)).toEqual(["source_resolves_elsewhere"]);
      expect(diagnostics.find(({ code }) => code === "source_resolves_elsewhere")?.message).toMatch(
        /`plays` .*`staging\.plays`.*`means@1` .*`public\.plays`/,
      );
    });

    test("a new version reads the table that the name means now, and its plan reports it", async () => {
      await applied(viewOver(plays));
      await searchPath("staging, public");
      const { views } = await planned(viewOver(plays), viewOver(plays, 2));
      expect(views.map(({ state, evolution }) => [state, evolution?.class])).toEqual([
        ["unchanged", "unchanged"],
        ["new_version", "recompute"],
      ]);
      await applied(viewOver(plays), viewOver(plays, 2));
      expect(await run()).toMatchObject({ version: 2, rows: 1 });
    });

    test("a dropped table fails the run with source_missing, even if another table has its name", async () => {
      await applied(viewOver(plays));
      await opened.database.script("drop table public.plays; set search_path = staging, public");
      expect(await run()).toMatchObject({ state: "failed", failure: { code: "source_missing" } });
    });

    test("a version that was applied before names were resolved stays unchanged, and is compared as written", async () => {
      const view = viewOver(plays);
      await registry.apply(changeOf({ featureViews: [viewChange(view, compileView(postgresDialect, view))] }));
      expect(await run()).toMatchObject({ state: "published", rows: 10 });
      expect(await planned(view)).toMatchObject({ outcome: "nothing", views: [{ state: "unchanged" }] });
      const next = await planned(view, viewOver(plays, 2));
      expect(next.views[1]).toMatchObject({ state: "new_version", evolution: { class: "unchanged" } });
      expect(next.change?.featureViews[0]?.view.source.relation).toMatchObject({ schema: "public" });
    });

    test("a query with unqualified table names runs only with the search path of its apply", async () => {
      const view = viewOver(query("select * from plays -- all of them"));
      await applied(view);
      expect(await run()).toMatchObject({ state: "published", rows: 10 });
      await searchPath("staging, public");
      expect(await run()).toMatchObject({ state: "failed", failure: { code: "search_path_changed" } });
      const { outcome, diagnostics } = await planned(view);
      expect([outcome, codes(diagnostics)]).toEqual(["nothing", ["search_path_changed"]]);
      await searchPath("public");
      expect(await run()).toMatchObject({ state: "published", rows: 10 });
    });

    test("a query with qualified table names runs with any search path", async () => {
      const view = viewOver(query("select * from public.plays"));
      await applied(view);
      expect((await registered())?.view.source.relation).toEqual({ kind: "query", text: "select * from public.plays" });
      await searchPath("staging");
      expect(await run()).toMatchObject({ state: "published", rows: 10 });
      expect(await planned(view)).toMatchObject({ outcome: "nothing", views: [{ state: "unchanged" }] });
    });
  });
}
