import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRunLog, type RunLog } from "../../../src/materialization/run-log";
import { createRegistryStore, type RegistryStore, type RegistryWriter } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { changeOf, fillRun, prepare, someone, viewChange, viewOf } from "../../registry/fixture";

const request = { view: "scores", version: 1, holder: someone, asOf: null };

for (const target of testDatabases("all").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`runs beside other sessions on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let registry: RegistryStore & RegistryWriter;
    let offline: RunLog;
    let session: postgres.ReservedSql;
    let client: postgres.Sql;

    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database);
      registry = createRegistryStore(opened.database);
      offline = createRunLog(opened.database);
      await registry.apply(changeOf({ featureViews: [viewChange(viewOf(1))] }));
      client = postgres(opened.directUrl ?? "", { max: 1, onnotice: () => {} });
      session = await client.reserve();
    });
    afterEach(async () => {
      session?.release();
      await client?.end({ timeout: 1 });
      await opened?.drop();
    });

    const publishRun = async () => {
      const run = await offline.beginRun(request);
      await fillRun(opened.database, run);
      await offline.publish(run, {});
    };
    /** Waits until a session waits for a lock. */
    const someoneWaits = async () => {
      for (;;) {
        const [row] = await session<
          { waiting: number }[]
        >`select count(*)::int as waiting from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`;
        if (row && row.waiting > 0) return;
      }
    };

    test("a takeover ends the fill of the dead run at once", async () => {
      const dead = await offline.beginRun(request);
      await session`begin`;
      await session`lock table events in access exclusive mode`;
      const fill = fillRun(opened.database, dead);
      fill.catch(() => {});
      await someoneWaits();
      const run = await offline.beginRun({ ...request, deadToken: dead.token });
      await expect(fill).rejects.toBeInstanceOf(Error);
      await session`commit`;
      await fillRun(opened.database, run);
      await offline.publish(run, {});
      expect(await offline.sweep([])).toEqual({ abandonedRuns: [], droppedTables: [], repairedViews: [] });
      expect((await registry.snapshot()).featureViews.get("scores")?.versions.get(1)?.served?.generation).toBe(
        run.generation,
      );
    });

    test("a heartbeat does not wait for the fill", async () => {
      const run = await offline.beginRun(request);
      await session`begin`;
      await session`lock table events in access exclusive mode`;
      const fill = fillRun(opened.database, run);
      await someoneWaits();
      expect(await offline.heartbeat(run)).toBe(true);
      await session`commit`;
      expect(await fill).toMatchObject({ rows: 10 });
    });

    test("aborting a fill ends it on the server", async () => {
      const run = await offline.beginRun(request);
      await session`begin`;
      await session`lock table events in access exclusive mode`;
      const abort = new AbortController();
      const fill = fillRun(opened.database, run, { signal: abort.signal });
      fill.catch(() => {});
      await someoneWaits();
      abort.abort();
      await expect(fill).rejects.toMatchObject({ code: "aborted" });
      expect(await offline.failRun(run, { code: "aborted", message: "" })).toBe(true);
      await session`commit`;
      await publishRun();
    });

    test("a reader of the SQL view does not block a publish, and the sweep repairs the view afterwards", async () => {
      await publishRun();
      await session`begin`;
      await session`select count(*) from features.scores_v1`;
      await publishRun();
      expect((await registry.snapshot()).featureViews.get("scores")?.versions.get(1)?.served?.generation).toBe(2);
      expect((await offline.sweep([])).repairedViews).toEqual([]);
      await session`commit`;
      expect((await offline.sweep([])).repairedViews).toEqual(["scores_v1"]);
      const [row] = await session<{ text: string }[]>`select pg_get_viewdef('features.scores_v1'::regclass) as text`;
      expect(row?.text).toContain("scores_v1_g2");
    });

    test("a generation that is being read is dropped by a later sweep", async () => {
      await publishRun();
      await session`begin`;
      await session`select count(*) from features.scores_v1_g1`;
      await publishRun();
      await publishRun();
      expect((await offline.sweep([])).droppedTables).toEqual([]);
      await session`commit`;
      const sweeps = await Promise.all([1, 2, 3].map(() => offline.sweep([])));
      expect(sweeps.flatMap(({ droppedTables }) => droppedTables)).toEqual(["scores_v1_g1"]);
    });
  });
}
