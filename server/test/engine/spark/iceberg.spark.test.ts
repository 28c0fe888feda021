import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createRunStore } from "../../../src/materialization/runs/run-store";
import { testDatabases } from "../../helpers/test-database";
import { openTrainingSets, rowsSpine } from "../../training-sets/support";
import { FACTS, type IcebergRuns, openIcebergRuns } from "./support/iceberg-runs";
import { withoutSpark } from "./support/test-spark";

for (const target of testDatabases("one")) {
  const skip = target.skip || (withoutSpark && process.env.REQUIRE_SERVICES !== "1");
  describe.skipIf(skip)(`an Iceberg table on Spark into ${target.name}`, { timeout: 600_000 }, () => {
    let runs: IcebergRuns;
    beforeAll(async () => {
      runs = await openIcebergRuns(target);
      await append(1, 400);
    }, 600_000);
    beforeEach(() => runs.useCredentials());
    afterAll(() => runs?.close());

    /** Inserts the same rows into both tables. */
    async function append(first: number, last: number): Promise<void> {
      const title = "case when i % 5 > 0 then concat('title ', cast(i % 11 as text), ' é🎵') end";
      const rows = `select i, i % 7, ${title}, i / 8.0, 9007199254740993 + i`;
      const start = "2026-01-01 00:00:00.123456";
      await runs.database.script(
        `insert into facts (${FACTS}) ${rows}, timestamptz '${start}Z' + i * interval '3 hours' from generate_series(${first}, ${last}) as rows (i)`,
      );
      await runs.spark.run(
        `insert into ${runs.table} (${FACTS}) ${rows.replace("as text", "as string")}, timestamp'${start}Z' + make_dt_interval(0, 3 * cast(i as int)) from (select id as i from range(${first}, ${last + 1}))`,
      );
    }

    /** Runs a statement on both tables. */
    async function both(text: string): Promise<void> {
      await runs.database.script(text.replace("TABLE", "facts"));
      await runs.spark.run(text.replace("TABLE", runs.table));
    }

    test("gives the rows that PostgreSQL computes, and the run names the snapshot", async () => {
      const views = await runs.run(["postgres_scores", "cluster_scores"], 45, "full");
      expect(views.map(({ failure }) => failure)).toEqual([null, null]);
      expect(await runs.served("cluster_scores")).toEqual(await runs.served("postgres_scores"));
      const [found] = await createRunStore(runs.database).list({ view: "cluster_scores", limit: 1 });
      const [snapshot] = await runs.snapshots();
      expect(found).toMatchObject({ readFiles: null, readTables: [{ table: runs.table, snapshot }] });
    });

    test("is read at one snapshot by a training set, and again by its rerun", async () => {
      const sets = await openTrainingSets(runs.database, { engine: runs.engine });
      onTestFinished(() => sets.close());
      const [before] = await runs.snapshots();
      const spine = [1, 2, 3].map((track_id) => ({ track_id, as_of: "2026-02-10T00:00:00Z" }));
      const make = (view: string) =>
        sets.make({
          ...{ spine: rowsSpine(spine), features: [`${view}.facts`, `${view}.last_title`] },
          labels: [{ feature: `${view}.amount`, horizon: "2d", name: "later" }],
        });
      const [made, expected] = [await make("cluster_scores"), await make("postgres_scores")];
      expect(made.text.replaceAll("cluster_", "postgres_")).toBe(expected.text);
      expect(made.manifest.sources).toMatchObject([{ snapshot: before, moved: false }]);

      await append(500, 520);
      const again = await sets.sets.rerun(made.id, { tenant: null });
      expect(await again.done).toMatchObject({ rerun: { same: true, moved: [] }, sources: [{ snapshot: before }] });
    });

    test("is read incrementally: rows that were added, changed and removed", async () => {
      await append(401, 403);
      await both("delete from TABLE where id in (12, 20)");
      await both("update TABLE set amount = 5 where id = 33");
      const [found] = await runs.run(["cluster_scores"], 46, "incremental");
      expect(found).toMatchObject({ failure: null, kind: "incremental", whyFull: null });
      await runs.run(["postgres_scores"], 46, "full");
      expect(await runs.served("cluster_scores")).toEqual(await runs.served("postgres_scores"));
    });

    test.each([
      [
        "source_rolled_back",
        "an earlier snapshot",
        async () => {
          const [first] = await runs.snapshots();
          await runs.spark.rows(`call lake.system.rollback_to_snapshot('${runs.name}', ${first})`);
        },
      ],
      [
        "source_has_delete_files",
        "files of deleted rows",
        async () => {
          await runs.spark.run(`alter table ${runs.table} set tblproperties ('write.delete.mode' = 'merge-on-read')`);
          await runs.spark.run(`delete from ${runs.table} where id = 40`);
        },
      ],
      [
        "source_snapshot_expired",
        "no snapshot of the last run",
        async () => {
          await runs.spark.run(`insert into ${runs.table} (id, track_id) values (900, null)`);
          await runs.spark.rows(
            `call lake.system.expire_snapshots(table => '${runs.name}', older_than => current_timestamp(), retain_last => 1)`,
          );
        },
      ],
      [
        "source_altered",
        "another schema",
        async () => {
          await runs.spark.run(`alter table ${runs.table} add column more int`);
          await append(404, 404);
        },
      ],
    ])("is computed in full, %s, after it got %s", async (whyFull, _, change) => {
      await change();
      const [found] = await runs.run(["cluster_scores"], 47, "incremental");
      expect(found).toMatchObject({ state: "published", kind: "full", whyFull });
    });
  });
}
