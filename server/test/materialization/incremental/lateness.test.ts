import { count, entity, featureView, float64, hours, int64, latest, source, sum } from "@featstore/definitions";
import { compileView, type FeatureView, postgresDialect } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changesText } from "../../../src/cli/plan/plan-report";
import { createEngine } from "../../../src/engine/index";
import type { MaterializeDependencies } from "../../../src/materialization/materialization";
import { materialize } from "../../../src/materialization/materialize";
import { planChanges } from "../../../src/registry/plan/plan-changes";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { changeOf, prepare, viewChange } from "../../registry/fixture";
import { dependenciesOf } from "../dependencies";

// A hundred plays of ten tracks, ten minutes apart, from January 1 on, each known a minute later.
const PLAYS = `
create table plays (id bigint, owner text, track_id bigint, seconds float8, played_at timestamptz, known_at timestamp);
insert into plays select i, 'a', i % 10, i, at, (at at time zone 'UTC') + interval '1 minute'
  from generate_series(1, 100) as i, lateral (select timestamptz '2026-01-01Z' + i * interval '10 minutes' as at) as times;
create view played as select * from plays`;

const track = entity({ name: "track", key: { track_id: int64() } });
const options = {
  name: "plays",
  table: "played",
  key: { track_id: int64() },
  eventTime: "played_at",
  knownTime: { column: "known_at", zone: "UTC" },
  tieBreak: "id",
  history: "events",
  lateness: hours(2),
  columns: { seconds: float64().nullable() },
} as const;
const { table: _table, lateness: _lateness, ...undeclared } = options;
const played = source(options);
const viewOf = (name: string, from: typeof played) =>
  featureView({
    name,
    version: 1,
    entity: track,
    from,
    features: (row) => ({ hour: sum(row.seconds).over(hours(1)), last: latest(row.seconds), total: count() }),
  }).ir;

const day = (hour: number, minute = 0) => BigInt(Date.UTC(2026, 0, 2, hour, minute)) * 1000n;

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`changes found by lateness on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let dependencies: MaterializeDependencies;
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, PLAYS);
      dependencies = await dependenciesOf(opened.database);
    });
    afterEach(() => opened?.drop());

    const apply = (...views: readonly FeatureView[]) =>
      createRegistryStore(opened.database).apply(
        changeOf({ featureViews: views.map((view) => viewChange(view, compileView(postgresDialect, view))) }),
      );
    const run = async (mode: "full" | "incremental" | "reconcile", asOf: bigint) =>
      (await materialize(dependencies, { mode, asOf })).views;
    const play = (id: number, trackId: number, playedAt: string, knownAt: string, owner = "a") =>
      opened.database.script(
        `insert into plays values (${id}, '${owner}', ${trackId}, 1, '2026-01-02 ${playedAt}Z', '2026-01-02 ${knownAt}')`,
      );
    const totals = async (table: string) => {
      const rows = await opened.database.query<{ track_id: string; total: number }>({
        text: `select track_id::text, total from features.${table} where total <> 10 order by track_id`,
      });
      return rows.map(({ track_id, total }) => `${track_id}: ${total}`);
    };

    test("finds rows that arrive within the lateness, of views and of queries, and rows that become known later", async () => {
      await apply(viewOf("of_query", source({ ...undeclared, query: "select * from plays", lateness: hours(2) })));
      await run("full", day(6));
      // The first has an old event time and is known in time; the second becomes known later; the third is in the
      // future.
      await play(101, 1, "00:00", "04:00:00.000001");
      await play(102, 2, "01:00", "06:30");
      await play(103, 3, "07:00", "05:00");
      expect(await run("incremental", day(6))).toMatchObject([{ kind: "incremental", recomputed: 3, whyFull: null }]);
      expect(await totals("of_query_v1")).toEqual(["1: 11"]);
      expect(await run("incremental", day(6, 30))).toMatchObject([{ kind: "incremental", recomputed: 3 }]);
      expect(await totals("of_query_v1")).toEqual(["1: 11", "2: 11"]);
      expect(await run("incremental", day(7, 30))).toMatchObject([{ kind: "incremental", recomputed: 2 }]);
      expect(await totals("of_query_v1")).toEqual(["1: 11", "2: 11", "3: 11"]);
      // The second may still be late, and the third leaves its window.
      expect(await run("incremental", day(9))).toMatchObject([{ kind: "incremental", recomputed: 2 }]);
      expect(await run("incremental", day(12))).toMatchObject([{ kind: "incremental", recomputed: 0 }]);
      expect(await run("reconcile", day(13))).toMatchObject([{ repaired: { rows: 0 } }]);
    });

    test("misses a row that is later than declared until a reconciliation", async () => {
      await apply(viewOf("of_view", played));
      await run("full", day(6));
      await play(101, 1, "05:00", "04:00");
      await play(102, 2, "05:00", "05:00");
      expect(await run("incremental", day(6))).toMatchObject([{ kind: "incremental", recomputed: 1 }]);
      expect(await totals("of_view_v1")).toEqual(["2: 11"]);
      expect(await run("reconcile", day(6))).toMatchObject([
        { state: "published", kind: "full", repaired: { rows: 1, examples: [{ track_id: 1 }] } },
      ]);
      expect(await totals("of_view_v1")).toEqual(["1: 11", "2: 11"]);
    });

    test("runs in full without a lateness for a view; finds any late row of a table", async () => {
      await apply(
        viewOf("a_view", source({ ...undeclared, table: "played" })),
        viewOf("b_table", source({ ...options, table: "plays" })),
      );
      await run("full", day(6));
      await play(101, 1, "00:00", "00:00");
      expect(await run("incremental", day(6))).toMatchObject([
        { view: "a_view", kind: "full", whyFull: "source_is_no_table" },
        { view: "b_table", kind: "incremental", recomputed: 1 },
      ]);
      expect(await totals("b_table_v1")).toEqual(["1: 11"]);
    });

    test("a plan reports how changes are found in each source", async () => {
      await opened.database.script(`create table parted (like plays) partition by range (id);
        create materialized view refreshed as select * from plays`);
      const from = {
        a_table: source({ ...options, name: "a_table", table: "plays" }),
        b_parted: source({ ...undeclared, name: "b_parted", table: "parted" }),
        c_view: source({ ...options, name: "c_view" }),
        d_view: source({ ...undeclared, name: "d_view", table: "refreshed" }),
        e_query: source({ ...undeclared, name: "e_query", query: "select * from plays" }),
        f_query: source({ ...undeclared, lateness: hours(2), name: "f_query", query: "select * from plays" }),
      };
      const featureViews = Object.entries(from).map(([name, each]) => viewOf(`of_${name}`, each));
      const catalog = createEngine(opened.database);
      const planned = await planChanges(catalog, { featureViews, featureServices: [] });
      for (const [index, facts] of [
        /a_table: .*transaction/,
        /b_parted: .*transaction/,
        /c_view: .*lateness, 2 h.*--reconcile/,
        /d_view: .*in full.*foreign table.*lateness/,
        /e_query: .*in full.*query.*lateness/,
        /f_query: .*lateness, 2 h.*--reconcile/,
      ].entries())
        expect(planned.map(changesText)[index]).toMatch(facts);
      expect(planned).toHaveLength(6);
    });

    test("separates the rows of tenants", async () => {
      await apply(viewOf("scoped", source({ ...options, tenant: "owner" })));
      await run("full", day(6));
      await play(101, 3, "05:00", "05:00", "b");
      expect(await run("incremental", day(6))).toMatchObject([{ kind: "incremental", recomputed: 1, rows: 11 }]);
      const rows = await opened.database.query({
        text: "select _tenant, total from features.scoped_v1_g2 where track_id = 3 order by 1",
      });
      expect(rows).toEqual([
        { _tenant: "a", total: 10 },
        { _tenant: "b", total: 1 },
      ]);
    });

    test("fails the runs of a view that fails for some rows, and runs incrementally after it is corrected", async () => {
      await opened.database.script(
        `create or replace view played as
          select id, owner, track_id, seconds, played_at, known_at + interval '1 second' / seconds as known_at from plays`,
      );
      await apply(viewOf("of_view", played));
      await run("full", day(6));
      await opened.database.script("update plays set seconds = 0 where id = 100");
      expect(await run("incremental", day(6))).toMatchObject([
        { state: "failed", whyFull: "source_not_scanned", failure: { code: "statement_failed" } },
      ]);
      await opened.database.script("update plays set seconds = 1 where id = 100");
      expect(await run("incremental", day(6))).toMatchObject([{ state: "published", kind: "incremental" }]);
    });
  });

  describe.skipIf(target.skip)(`altered sources on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let dependencies: MaterializeDependencies;
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, PLAYS);
      dependencies = await dependenciesOf(opened.database);
    });
    afterEach(() => opened?.drop());

    const run = async () => (await materialize(dependencies, { mode: "incremental", asOf: day(6) })).views;

    test.for([
      [
        "replacing the table by another of its name",
        "alter table plays rename to old; alter table newer rename to plays",
      ],
      ["truncating a table", "truncate plays"],
      ["attaching a partition", "alter table plays attach partition newer for values from (1000) to (2000)"],
      ["detaching a partition", "alter table plays detach partition second"],
      ["dropping a partition", "drop table second"],
      ["replacing a view", "create or replace view played as select * from newer"],
    ] as const)("%s makes runs full", async ([what, script]) => {
      const isPartitioned = what.includes("partition");
      const isView = what.includes("view");
      if (isPartitioned) {
        await opened.database.script(`drop view played; alter table plays rename to first;
          create table plays (like first) partition by range (id);
          alter table plays attach partition first for values from (1) to (1000);
          create table second partition of plays for values from (2000) to (3000);
          insert into plays select 2001, 'a', 99, 1, '2026-01-01Z', '2026-01-01'`);
      }
      await opened.database.script(
        "create table newer (like plays); insert into newer select 1001, 'a', 77, 1, '2026-01-01Z', '2026-01-01'",
      );
      const view = viewOf("altered", source({ ...options, table: isView ? "played" : "plays" }));
      await createRegistryStore(opened.database).apply(
        changeOf({ featureViews: [viewChange(view, compileView(postgresDialect, view))] }),
      );
      await run();
      expect(await run()).toMatchObject([{ kind: "incremental" }]);
      expect(await run()).toMatchObject([{ kind: "incremental" }]);
      await opened.database.script(script);
      expect(await run()).toMatchObject([{ kind: "full", whyFull: "source_altered" }]);
      expect(await run()).toMatchObject([{ kind: "incremental" }]);
    });

    test("indexes and statistics alter nothing; refreshing a materialized view alters it", async () => {
      await opened.database.script("create materialized view refreshed as select * from plays");
      const views = [
        viewOf("of_table", source({ ...options, table: "plays" })),
        viewOf("of_view", source({ ...options, table: "refreshed" })),
      ];
      await createRegistryStore(opened.database).apply(
        changeOf({ featureViews: views.map((view) => viewChange(view, compileView(postgresDialect, view))) }),
      );
      await run();
      await opened.database.script(
        `insert into plays values (101, 'a', 1, 1, '2026-01-02 05:00Z', '2026-01-02 05:00');
         create index on plays (track_id); analyze plays; refresh materialized view refreshed`,
      );
      for (const statement of ["vacuum (freeze, analyze) plays", "reindex table plays"])
        await opened.database.query({ text: statement });
      const once = { kind: "incremental", recomputed: 1 };
      expect(await run()).toMatchObject([once, once]);
    });

    test("rows of foreign tables carry no transaction, also as partitions", async () => {
      await opened.database.script(`
        create table parted (id bigint) partition by range (id);
        create table near partition of parted for values from (0) to (10);
        create table inner_parted partition of parted for values from (10) to (30) partition by range (id);
        create foreign data wrapper nowhere; create server nowhere foreign data wrapper nowhere`);
      const tracksTransactions = async (relation: string) =>
        (
          await opened.database.query({
            text: `select featstore.tells_transactions(to_regclass('${relation}')) as tells`,
          })
        )[0];
      expect(await tracksTransactions("parted")).toEqual({ tells: true });
      expect(await tracksTransactions("plays")).toEqual({ tells: true });
      expect(await tracksTransactions("played")).toEqual({ tells: false });
      expect(await tracksTransactions("missing")).toEqual({ tells: false });
      await opened.database.script(
        "create foreign table far partition of inner_parted for values from (10) to (20) server nowhere",
      );
      expect(await tracksTransactions("parted")).toEqual({ tells: false });
      expect(await tracksTransactions("near")).toEqual({ tells: true });
    });
  });
}
