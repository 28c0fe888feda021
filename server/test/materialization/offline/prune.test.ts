import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRunLog } from "../../../src/materialization/run-log";
import { createRegistryStore } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { changeOf, fillRun, prepare, someone, viewChange, viewOf } from "../../registry/fixture";

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`old runs on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database);
    });
    afterEach(() => opened?.drop());

    test("are deleted by a sweep, except those that are still needed", async () => {
      const { database } = opened;
      const offline = createRunLog(database);
      const registry = createRegistryStore(database);
      await registry.apply(changeOf({ featureViews: [viewChange(viewOf(1))] }));
      await registry.apply(changeOf({ revision: 1, featureViews: [viewChange(viewOf(2))] }));
      const publish = async (version: number) => {
        const run = await offline.beginRun({ view: "scores", version, holder: someone, asOf: null });
        await fillRun(database, run);
        await offline.publish(run, {});
        return run;
      };
      const profiled = await publish(1);
      await offline.profile(profiled, `select '{"rows": 10}'::jsonb from features.${profiled.table} limit 1`);
      const dropped = await publish(1);
      const served = await publish(1);
      const previous = await publish(2);
      await publish(2);
      const running = await offline.beginRun({ view: "scores", version: 1, holder: someone, asOf: null });
      const idsOf = async (version: number) =>
        (
          await database.query<{ id: string }>({
            text: `select run_id::text as id from featstore.runs where version = ${version} order by run_id`,
          })
        ).map(({ id }) => id);
      await offline.sweep([]);
      expect(await idsOf(1)).toEqual([profiled, dropped, served, running].map(({ runId }) => runId));

      // As many later failed runs as are kept, and one of the other version, whose runs count separately.
      await database.script(`
        insert into featstore.runs (view, version, generation, state, holder, as_of, started_at)
          select 'scores', 1, 100 + i, 'failed', '{}', now(), now() from generate_series(1, 1000) as i;
        update featstore.generations set state = 'dropped' where generation in (1, 2) and version = 1`);
      await offline.sweep([]);
      const stored = await idsOf(1);
      expect(stored).toHaveLength(1003);
      expect(stored.slice(0, 3)).toEqual([profiled, served, running].map(({ runId }) => runId));
      expect((await idsOf(2))[0]).toBe(previous.runId);
      expect(
        await database.query({ text: "select generation from featstore.generations where version = 1 order by 1" }),
      ).toEqual([{ generation: 1 }, { generation: 3 }, { generation: 4 }]);
      await fillRun(database, running);
      await offline.publish(running, {});
    });
  });
}
