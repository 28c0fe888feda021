import { compileView, postgresDialect } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../src/database/database";
import { createErasureStore } from "../../../src/erasure/erasure-store";
import { backfill } from "../../../src/materialization/backfill";
import type { MaterializeDependencies } from "../../../src/materialization/materialization";
import { materialize } from "../../../src/materialization/materialize";
import type { BeginBackfillRequest } from "../../../src/materialization/run-types";
import { createRunStore } from "../../../src/materialization/runs/run-store";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { changeOf, prepare, someone, viewChange, viewOf } from "../../registry/fixture";
import { dependenciesOf } from "../dependencies";

const view = viewOf(1);
const name = "scores@1";

// The law covers the other PostgreSQL.
for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`backfill on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let database: Database;
    let dependencies: MaterializeDependencies;
    beforeEach(async () => {
      opened = await target.openMigrated();
      database = opened.database;
      await prepare(database);
      dependencies = await dependenciesOf(database);
      const change = changeOf({ featureViews: [viewChange(view, compileView(postgresDialect, view))] });
      await createRegistryStore(database).apply(change);
    });
    afterEach(() => opened.drop());

    const rows = (generation: number | null) =>
      database.query({ text: `select * from features.scores_v1_g${generation} order by track_id` });
    const relations = async () =>
      (
        await database.query<{ relname: string }>({
          text: `select relname::text from pg_class where relnamespace = 'features'::regnamespace and relkind in ('r', 'v')
            order by relname collate "C"`,
        })
      ).map(({ relname }) => relname);
    const runs = () =>
      database.query({
        text: "select run_id::text as run, generation, state, failure_code as code from featstore.runs order by run_id",
      });

    /** Backfills this many chunks, then aborts. */
    const interruptAfter = (chunks: number, request: Partial<Parameters<typeof backfill>[1]> = {}) => {
      const stopping = new AbortController();
      return backfill(dependencies, {
        ...{ view: name, chunkEntities: 3, ...request, signal: stopping.signal },
        onProgress: ({ chunk }) => {
          if (chunk?.done === chunks) stopping.abort();
        },
      });
    };

    test("publishes the same rows as a full run, reports its progress, and leaves no temporary relations", async () => {
      const reported: string[] = [];
      const report = await backfill(dependencies, {
        ...{ view: name, chunkEntities: 4 },
        onProgress: ({ phase, chunk, rows: filled }) =>
          reported.push(chunk === undefined ? phase : `${chunk.done}/${chunk.total} ${filled}`),
      });
      expect(report).toMatchObject({
        view: { state: "published", generation: 1, rows: 10, ignoredRows: 0 },
        chunks: { done: 3, total: 3, resumedAt: null },
        givenUp: null,
      });
      expect(reported).toEqual([
        ...["begin", "fill", "0/3 null", "1/3 4", "2/3 8", "3/3 10", "verify", "publish", "published"],
      ]);
      const asOf = report.view.asOf ?? 0n;
      const full = await materialize(dependencies, { views: [name], asOf });
      expect(await rows(1)).toEqual(await rows(full.views[0]?.generation ?? null));
      expect(await relations()).toEqual([
        ...["scores_v1", "scores_v1_g1", "scores_v1_g1_rows", "scores_v1_g2", "scores_v1_g2_rows"],
      ]);
      expect(await database.query({ text: "select run_id from featstore.backfills" })).toEqual([]);
    });

    test("is a baseline for an incremental run", async () => {
      await backfill(dependencies, { view: name, chunkEntities: 4 });
      await database.script("insert into events values (101, 4, 1000, '2026-02-01Z')");
      const { views } = await materialize(dependencies, { views: [name], mode: "incremental" });
      expect(views[0]).toMatchObject({ state: "published", kind: "incremental", recomputed: 1, rows: 10 });
    });

    test("has no chunks for a source without rows", async () => {
      await database.script("truncate events");
      expect(await backfill(dependencies, { view: name })).toMatchObject({
        view: { state: "published", rows: 0 },
        chunks: { done: 0, total: 0 },
      });
    });

    test("continues an interrupted backfill after its last chunk, with the same as-of time", async () => {
      const cut = await interruptAfter(2);
      expect(cut).toMatchObject({ view: { state: "interrupted", generation: 1 }, chunks: { done: 2, total: 4 } });
      expect(await runs()).toEqual([{ run: "1", generation: 1, state: "interrupted", code: "aborted" }]);
      const listed = () => createRunStore(database).list({ limit: 1 });
      expect(await listed()).toMatchObject([{ chunks: { done: 2, total: 4 } }]);
      expect((await dependencies.offline.sweep([])).droppedTables).toEqual([]);
      // Rows from before the as-of time: of an entity whose chunk is done, and of one whose chunk is not.
      await database.script("insert into events values (101, 0, 5000, '2026-01-01Z'), (102, 9, 5000, '2026-01-01Z')");

      const done = await backfill(dependencies, { view: name });
      expect(done).toMatchObject({
        view: { state: "published", runId: "1", generation: 1, asOf: cut.view.asOf, rows: 10 },
        chunks: { done: 4, total: 4, resumedAt: 2 },
      });
      expect(await runs()).toEqual([{ run: "1", generation: 1, state: "published", code: null }]);
      expect(await listed()).toMatchObject([{ chunks: null }]);
      expect(await relations()).toEqual(["scores_v1", "scores_v1_g1", "scores_v1_g1_rows"]);
      // The next incremental run covers all rows that arrived after the first statement.
      const { views } = await materialize(dependencies, {
        views: [name],
        mode: "incremental",
        asOf: done.view.asOf ?? 0n,
      });
      expect(views[0]).toMatchObject({ kind: "incremental", recomputed: 2 });
      const full = await materialize(dependencies, { views: [name], asOf: done.view.asOf ?? 0n });
      expect(await rows(views[0]?.generation ?? null)).toEqual(await rows(full.views[0]?.generation ?? null));
    });

    test("retries a failed chunk in the next backfill", async () => {
      await interruptAfter(1);
      await database.script("alter table events rename to events_away");
      expect(await backfill(dependencies, { view: name })).toMatchObject({
        view: { state: "interrupted", failure: { code: "source_missing" } },
        chunks: { done: 1, total: 4, resumedAt: 1 },
      });
      await database.script("alter table events_away rename to events");
      expect(await backfill(dependencies, { view: name })).toMatchObject({
        view: { state: "published", rows: 10 },
        chunks: { resumedAt: 1 },
      });
    });

    test.for([
      [{ chunkEntities: 4 }, "has 3 entities in a chunk"],
      [{ asOf: 1n }, "is as of 20"],
    ] as const)("refuses another %o and keeps the interrupted backfill", async ([request, words]) => {
      await interruptAfter(1);
      const refused = await backfill(dependencies, { view: name, ...request });
      expect(refused.view).toMatchObject({ state: "failed", failure: { code: "backfill_differs" } });
      expect(refused.view.failure?.message).toContain(words);
      expect(await runs()).toEqual([{ run: "1", generation: 1, state: "interrupted", code: "aborted" }]);
      const again = await backfill(dependencies, { view: name, ...request, restart: true });
      expect(again).toMatchObject({
        view: { state: "published", generation: 2 },
        givenUp: { runId: "1", why: "restarted" },
        chunks: { resumedAt: null },
      });
      expect((await relations()).filter((relation) => relation.includes("_g1"))).toEqual([]);
    });

    test("is superseded by a later published generation, not by a failed one", async () => {
      await interruptAfter(1);
      await database.script("alter table events rename to events_away");
      await materialize(dependencies, { views: [name] });
      await database.script("alter table events_away rename to events");
      expect(await runs()).toMatchObject([{ state: "interrupted" }, { state: "failed" }]);
      const { swept } = await materialize(dependencies, { views: [name] });
      expect(swept?.givenUp).toEqual([{ runId: "1", view: "scores", version: 1, why: "superseded" }]);
      expect(await runs()).toMatchObject([{ state: "abandoned", code: "superseded" }, {}, { state: "published" }]);
      expect((await relations()).filter((relation) => relation.includes("_g1"))).toEqual([]);
      expect(await backfill(dependencies, { view: name })).toMatchObject({ chunks: { resumedAt: null } });
    });

    test("is swept after a week", async () => {
      await interruptAfter(1);
      await database.script("update featstore.runs set finished_at = finished_at - interval '169 hours'");
      expect((await dependencies.offline.sweep([])).givenUp).toMatchObject([{ why: "too_old" }]);
      expect(await relations()).toEqual(["scores_v1"]);
      expect(await database.query({ text: "select run_id from featstore.backfills" })).toEqual([]);
    });

    test("does not restore an erased key", async () => {
      await interruptAfter(1);
      const common = { entity: "track", key: ["9"], tenant: null, actor: "tester", message: null, holder: someone };
      const request = { ...common, datasets: [] };
      await createErasureStore(database).erase(request);
      expect(await relations()).toEqual(["scores_v1"]);
      expect(await runs()).toMatchObject([{ state: "abandoned", code: "erased" }]);
      const failed = await database.query({ text: "select featstore.failed_views()::text as views" });
      expect(failed).toEqual([{ views: "[]" }]);
    });

    test("does not count as a failed run while interrupted, and does not hide another failure", async () => {
      await database.script("alter table events rename to events_away");
      await materialize(dependencies, { views: [name] });
      await database.script("alter table events_away rename to events");
      await interruptAfter(1);
      const failed = await database.query({ text: "select featstore.failed_views()::text as views" });
      expect(failed).toEqual([{ views: expect.stringContaining("source_missing") }]);
    });

    test("is interrupted after its holder died, by a sweep or by the next run, which gets the lease", async () => {
      const begun = await beginAs(dependencies);
      expect((await dependencies.offline.sweep([begun.token])).abandonedRuns).toEqual([]);
      expect(await runs()).toMatchObject([{ state: "interrupted", code: "holder_died" }]);
      expect(await dependencies.offline.leases()).toEqual([]);
      await expect(dependencies.engine.fillChunk(begun)).rejects.toMatchObject({ code: "lease_lost" });

      const again = await beginAs(dependencies);
      expect(again).toMatchObject({ runId: begun.runId, resumed: { done: 1, chunks: 4 } });
      const taken = { ...dependencies, isDead: async () => true };
      expect(await backfill(taken, { view: name })).toMatchObject({
        view: { state: "published", runId: begun.runId },
        chunks: { resumedAt: 2 },
      });
      await expect(dependencies.engine.fillChunk(again)).rejects.toMatchObject({ code: "lease_lost" });
    });

    test("fails on invalid rows like any run", async () => {
      await database.script("insert into events values (101, 4, 'NaN', '2026-01-01Z')");
      expect((await backfill(dependencies, { view: name, chunkEntities: 3 })).view).toMatchObject({
        state: "failed",
        failure: { code: "non_finite_value" },
      });
      expect(await relations()).toEqual(["scores_v1"]);
    });

    test("continues with verification when it was aborted after the last chunk", async () => {
      const begun = await beginAs(dependencies, 4);
      await dependencies.engine.endChunks(begun);
      await dependencies.offline.sweep([begun.token]);
      expect(await runs()).toMatchObject([{ state: "interrupted" }]);
      expect(await backfill(dependencies, { view: name })).toMatchObject({
        view: { state: "published", runId: begun.runId, rows: 10 },
        chunks: { done: 4, total: 4, resumedAt: 4 },
      });
    });

    test.for([0, 1.5, -1, Number.NaN])("refuses %d entities per chunk", async (chunkEntities) => {
      const refused = backfill(dependencies, { view: name, chunkEntities });
      await expect(refused).rejects.toMatchObject({ code: "chunk_entities_invalid" });
    });

    test("refuses a view of another compiler", async () => {
      await database.script("update featstore.feature_views set sql = sql || ' '");
      await expect(backfill(dependencies, { view: name })).rejects.toMatchObject({ code: "other_compiler" });
    });

    /** Runs some chunks as another process, which then disappears. */
    const beginAs = async ({ engine, offline }: MaterializeDependencies, chunks = 1) => {
      const plan = await planOf(dependencies);
      const request = { view: "scores", version: 1, holder: someone, asOf: null, isRestart: false, plan };
      const begun = await offline.beginBackfill(request);
      if (begun.resumed === null) await engine.beginChunks(begun, plan, plan.chunkEntities);
      for (let chunk = 0; chunk < chunks; chunk += 1) await engine.fillChunk(begun);
      return begun;
    };
  });
}

/** The plan of a backfill in chunks of three. */
async function planOf(dependencies: MaterializeDependencies) {
  let plan: BeginBackfillRequest["plan"] | undefined;
  const offline = {
    ...dependencies.offline,
    beginBackfill: async (request: BeginBackfillRequest) => {
      plan = request.plan;
      throw new Error("only asked");
    },
  };
  await backfill({ ...dependencies, offline }, { view: name, chunkEntities: 3 });
  if (plan === undefined) throw new Error("no plan");
  return { ...plan, chunkEntities: 3 };
}
