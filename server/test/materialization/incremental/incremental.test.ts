import { avg, count, days, entity, featureView, float64, int64, latest, max, source } from "@featstore/definitions";
import { compileView, type FeatureView, postgresDialect } from "@featstore/definitions/compiler";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../src/database/database";
import type { MaterializeDependencies, MaterializeRequest } from "../../../src/materialization/materialization";
import { materialize } from "../../../src/materialization/materialize";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { changeOf, prepare, viewChange } from "../../registry/fixture";
import { dependenciesOf } from "../dependencies";

const PLAYS = `
create table plays (id bigint primary key, track_id integer, seconds float8, played_at timestamptz);
insert into plays select i, i % 10, i, timestamptz '2026-01-01Z' + i * interval '1 minute' from generate_series(1, 100) as i`;

const track = entity({ name: "track", key: { track_id: int64() } });
const sourceOptions = {
  name: "plays",
  table: "plays",
  key: { track_id: int64() },
  eventTime: "played_at",
  tieBreak: "id",
  history: "events",
  columns: { seconds: float64().nullable() },
} as const;
const plays = source(sourceOptions);
const listening = featureView({
  name: "listening",
  version: 1,
  entity: track,
  from: plays,
  features: (row) => ({ average: avg(row.seconds), week: count().over(days(7)), total: count() }),
});
const lastPlay = featureView({
  name: "last_play",
  version: 1,
  entity: track,
  from: plays,
  features: (row) => ({ seconds: latest(row.seconds).maxNullFraction(0.2) }),
});

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`incremental runs on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let dependencies: MaterializeDependencies;
    let requests: string[];

    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database, PLAYS);
      requests = [];
      const { query } = opened.database;
      const database: Database = {
        ...opened.database,
        query: (statement, options) => {
          requests.push(statement.text);
          return query(statement, options);
        },
      };
      dependencies = await dependenciesOf(database);
    });
    afterEach(() => opened?.drop());

    const apply = async (...views: readonly FeatureView[]): Promise<void> => {
      const registry = createRegistryStore(opened.database);
      const { revision } = await registry.snapshot();
      const featureViews = views.map((view) => viewChange(view, compileView(postgresDialect, view)));
      await registry.apply(changeOf({ revision, featureViews }));
    };
    const run = async (mode: "full" | "incremental" | "reconcile", more: Partial<MaterializeRequest> = {}) =>
      (await materialize(dependencies, { mode, ...more })).views;
    const play = (id: number, trackId: number, seconds: number | null, at = "2026-01-02Z") =>
      `insert into plays values (${id}, ${trackId}, ${seconds}, '${at}')`;
    const rowsOf = (table: string) =>
      opened.database.query({ text: `select * from features.${table} order by track_id` });

    test("computes only changed entities, and searches for changes once for all views", async () => {
      await apply(listening.ir, lastPlay.ir);
      await run("full");
      await opened.database.script(`${play(101, 3, 7)}; update plays set seconds = 0 where id = 55`);
      requests = [];
      expect(await run("incremental")).toMatchObject([
        { view: "last_play", kind: "incremental", recomputed: 2, rows: 10, whyFull: null },
        { view: "listening", kind: "incremental", recomputed: 2, rows: 10, whyFull: null },
      ]);
      expect(requests.filter((text) => text.includes("find_changes"))).toHaveLength(1);
      const left = await opened.database.query({
        text: "select relname from pg_class where relname ~ '^changes_|_changed$'",
      });
      expect(left).toEqual([]);
      expect(await run("incremental")).toMatchObject([{ recomputed: 0 }, { recomputed: 0 }]);
    });

    test("shares a scan between views that read other columns of one table", async () => {
      const numbered = featureView({
        name: "numbered",
        version: 1,
        entity: track,
        from: source({ ...sourceOptions, name: "numbers", columns: { id: int64() } }),
        features: (row) => ({ highest: max(row.id) }),
      });
      await apply(listening.ir, numbered.ir);
      await run("full");
      await opened.database.script(play(101, 3, 7));
      expect(await run("incremental")).toMatchObject([
        { state: "published", kind: "incremental", recomputed: 1 },
        { state: "published", kind: "incremental", recomputed: 1 },
      ]);
      expect((await rowsOf("numbered_v1_g2"))[3]).toMatchObject({ highest: "101" });
    });

    test("keeps a generation unchanged when later ones are published", async () => {
      await apply(listening.ir);
      await run("full");
      const before = await rowsOf("listening_v1_g1");
      await opened.database.script(`${play(101, 3, 7)}; ${play(102, 77, 1)}`);
      expect(await run("incremental")).toMatchObject([{ generation: 2, recomputed: 2, rows: 11 }]);
      expect(await rowsOf("listening_v1_g1")).toEqual(before);
      expect(await rowsOf("listening_v1_g2")).toHaveLength(11);
      expect(await rowsOf("listening_v1")).toEqual(
        (await rowsOf("listening_v1_g2")).map(({ _unparsed, ...row }) => row),
      );
    });

    test("moves windows although no row changes", async () => {
      await apply(listening.ir);
      const at = (text: string) => BigInt(Date.parse(text)) * 1000n;
      await run("full", { asOf: at("2026-01-08T00:00:00Z") });
      // The start of the week moves past the first twenty plays.
      const views = await run("incremental", { asOf: at("2026-01-08T00:20:00Z") });
      expect(views).toMatchObject([{ kind: "incremental", recomputed: 10 }]);
      const [row] = await opened.database.query({
        text: "select week, total from features.listening_v1 where track_id = 1",
      });
      expect(row).toEqual({ week: 8, total: 10 });
    });

    test("runs in full when necessary, and reports the reason", async () => {
      const { table: _, ...options } = sourceOptions;
      const listed = source({ ...options, query: "select * from plays" });
      const queried = featureView({
        name: "queried",
        version: 1,
        entity: track,
        from: listed,
        features: () => ({ total: count() }),
      });
      await apply(listening.ir, queried.ir);
      expect(await run("incremental")).toMatchObject([
        { view: "listening", kind: "full", whyFull: "no_baseline" },
        { view: "queried", kind: "full", whyFull: "source_is_no_table" },
      ]);
      const past = await run("incremental", { views: ["listening"], asOf: 1_767_225_600_000_000n });
      expect(past).toMatchObject([{ kind: "full", whyFull: "no_baseline" }]);
      const [why] = await opened.database.query({
        text: "select why_full from featstore.runs where view = 'listening' order by run_id desc limit 1",
      });
      expect(why).toEqual({ why_full: "no_baseline" });
    });

    test("runs in full when there are many changes", async () => {
      await apply(listening.ir);
      await opened.database.script(
        "insert into plays select i, i, i, '2026-01-02Z' from generate_series(1000, 3000) as i",
      );
      await run("full");
      await opened.database.script("update plays set seconds = seconds + 1 where id < 2500");
      expect(await run("incremental")).toMatchObject([{ kind: "full", whyFull: "many_changes", rows: 2011 }]);
    });

    test("checks a contract on all rows against all rows", async () => {
      await apply(lastPlay.ir);
      await run("full");
      // Every recomputed row is null, and two of ten rows may be.
      await opened.database.script(`${play(101, 1, null)}; ${play(102, 2, null)}`);
      expect(await run("incremental")).toMatchObject([{ state: "published", recomputed: 2 }]);
      await opened.database.script(play(103, 3, null));
      expect(await run("incremental")).toMatchObject([
        {
          state: "failed",
          brokenContracts: [
            { feature: "seconds", rule: "maxNullFraction", rows: 3, examples: [{ key: { track_id: 3 } }] },
          ],
        },
      ]);
      await opened.database.script("update plays set seconds = 1 where id = 101");
      expect(await run("incremental")).toMatchObject([{ state: "published", kind: "incremental", recomputed: 2 }]);
    });

    test("removes the entities of deleted rows in a reconciliation, and reports the repair", async () => {
      await apply(listening.ir);
      await run("full");
      await opened.database.script(`delete from plays where track_id = 4; ${play(101, 3, 7)}`);
      expect(await run("incremental")).toMatchObject([{ kind: "incremental", rows: 10 }]);
      expect(await run("reconcile")).toMatchObject([
        { state: "published", kind: "full", rows: 9, repaired: { rows: 1, examples: [{ _tenant: "", track_id: 4 }] } },
      ]);
      expect(await run("reconcile")).toMatchObject([{ repaired: { rows: 0, examples: [] } }]);
    });

    test("fails a run whose source is gone or has another column, and keeps serving", async () => {
      await apply(listening.ir, lastPlay.ir);
      await run("full");
      const before = await rowsOf("listening_v1");
      await opened.database.script("alter table plays rename column seconds to length");
      const failed = { state: "failed", failure: { code: "source_changed" } };
      const missing = { state: "failed", failure: { code: "source_missing" } };
      expect(await run("incremental")).toMatchObject([failed, failed]);
      await opened.database.script("drop table plays");
      expect(await run("incremental")).toMatchObject([missing, missing]);
      expect(await rowsOf("listening_v1")).toEqual(before);
    });

    test("separates the rows of tenants", async () => {
      await opened.database.script(`alter table plays add column owner text; update plays set owner = 'a'`);
      const scoped = featureView({
        name: "scoped",
        version: 1,
        entity: track,
        from: source({ ...sourceOptions, tenant: "owner" }),
        features: () => ({ total: count() }),
      });
      await apply(scoped.ir);
      await run("full");
      await opened.database.script("insert into plays values (101, 3, 1, '2026-01-02Z', 'b')");
      expect(await run("incremental")).toMatchObject([{ recomputed: 1, rows: 11 }]);
      const rows = await opened.database.query({
        text: "select _tenant, total from features.scoped_v1_g2 where track_id = 3 order by 1",
      });
      expect(rows).toEqual([
        { _tenant: "a", total: 10 },
        { _tenant: "b", total: 1 },
      ]);
    });

    test.skipIf(target.kind === "pglite")(
      "does not miss a row that is committed after a run by a transaction that began before it",
      async () => {
        await apply(listening.ir);
        await run("full");
        const client = postgres(opened.directUrl ?? "", { max: 1, onnotice: () => {} });
        try {
          const session = await client.reserve();
          await session`begin`;
          await session.unsafe(play(101, 3, 1));
          // Rows of a savepoint carry their own transaction id, which snapshots do not list.
          await session`savepoint later`;
          await session.unsafe(play(102, 5, 1));
          await session`release savepoint later`;
          expect(await run("incremental")).toMatchObject([{ recomputed: 0 }]);
          await opened.database.script(play(103, 7, 1));
          expect(await run("incremental")).toMatchObject([{ recomputed: 1 }]);
          await session`commit`;
          session.release();
        } finally {
          await client.end({ timeout: 1 });
        }
        await run("incremental");
        const totals = await opened.database.query({
          text: "select track_id, total from features.listening_v1 where total > 10 order by 1",
        });
        expect(totals.map(({ track_id }) => Number(track_id))).toEqual([3, 5, 7]);
      },
    );
  });
}
