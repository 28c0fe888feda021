import { execFileSync } from "node:child_process";
import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSourceCatalog } from "../../../src/engine/duckdb/source-catalog";
import { createViewFills } from "../../../src/engine/duckdb/view-fills";
import { sweep } from "../../../src/materialization/janitor";
import type { MaterializeDependencies } from "../../../src/materialization/materialization";
import { materialize } from "../../../src/materialization/materialize";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";
import { expectNothingLeft } from "./support/expect-nothing-left";
import { applyScores, createLake, type Lake, lakeDependencies, lakeEngine, writeEvents } from "./support/lake";

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`runs of a lake on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let lake: Lake;
    let dependencies: MaterializeDependencies;
    beforeEach(async () => {
      [opened, lake] = await Promise.all([target.openMigrated(), createLake()]);
      await prepare(opened.database);
      await writeEvents(join(lake.root, "events.parquet"), 10);
      await applyScores(opened.database, join(lake.root, "*.parquet"));
      dependencies = await lakeDependencies(opened.database, lake);
    });
    afterEach(async () => {
      await opened?.drop();
      await lake?.remove();
    });
    const run = async () => (await materialize(dependencies, { views: ["scores"] })).views[0];
    const generations = () =>
      opened.database.query({
        text: `select engine, state, horizon is null and cluster is null and source_parts is null and begun_after is null as is_elsewhere
          from featstore.generations order by generation`,
      });

    test("publish the rows and leave no files", async () => {
      expect(await run()).toMatchObject({ state: "published", kind: "full", rows: 10, generation: 1 });
      // The table `events` has the rows of the file.
      const expected = `select track_id, max(created_at) as _event_time, avg(value) as average, count(*)::integer as events from events group by track_id`;
      const difference = `select count(*)::integer as rows from (
        select track_id, _event_time, average, events from features.scores_v1 except (${expected})) as differing`;
      expect(await opened.database.query({ text: difference })).toEqual([{ rows: 0 }]);
      expect(await generations()).toEqual([{ engine: "lake", state: "published", is_elsewhere: true }]);
      expect(await lake.leftovers()).toEqual([]);
    });

    test("publish a generation without rows", async () => {
      const asOf = BigInt(Date.UTC(2020, 0, 1)) * 1000n;
      expect((await materialize(dependencies, { views: ["scores"], asOf })).views[0]).toMatchObject({
        state: "published",
        rows: 0,
      });
    });

    test("fail with a code when a file is damaged, and keep the served generation", async () => {
      await run();
      await truncate(join(lake.root, "events.parquet"), 300);
      expect(await run()).toMatchObject({ state: "failed", failure: { code: "engine_source_failed" } });
      await rm(join(lake.root, "events.parquet"));
      expect(await run()).toMatchObject({ state: "failed", failure: { code: "engine_source_failed" } });
      expect(await opened.database.query({ text: "select count(*)::integer as rows from features.scores_v1" })).toEqual(
        [{ rows: 10 }],
      );
      expect(await lake.leftovers()).toEqual([]);
    });

    test("fail with a code that names the folder when the staging folder cannot be used", async () => {
      const file = join(lake.root, "events.parquet");
      for (const staging of [join(file, "staging"), lake.staging]) {
        // The second one can be used, but the folders in it cannot.
        if (staging === lake.staging) await writeFile(join(lake.staging, "operations"), "");
        const broken = await lakeDependencies(opened.database, { ...lake, staging });
        expect((await materialize(broken, { views: ["scores"] })).views[0]).toMatchObject({
          state: "failed",
          failure: { code: "engine_staging_unusable", message: expect.stringContaining(staging) },
        });
        await expect(
          createSourceCatalog(lakeEngine({ ...lake, staging })).describe([
            { kind: "files", engine: "lake", path: "events.parquet" },
          ]),
        ).rejects.toMatchObject({ code: "engine_staging_unusable", detail: expect.stringContaining(staging) });
      }
    });

    test("refuse a second process with the same token", async () => {
      const { offline, holder } = dependencies;
      const begun = await offline.beginRun({ view: "scores", version: 1, holder, asOf: null });
      const registered = (await dependencies.registry.snapshot()).featureViews.get("scores")?.versions.get(1);
      if (registered === undefined) throw new Error("not applied");
      const fills = [lakeEngine(lake), lakeEngine(lake)].map((engine) => createViewFills(opened.database, engine));
      const results = await Promise.allSettled(fills.map((each) => each.fill(begun, registered)));
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(results.find(({ status }) => status === "rejected")).toMatchObject({
        reason: { code: "run_already_loads" },
      });
      await expect(fills[0]?.fill(begun, registered)).rejects.toMatchObject({ code: "run_already_loads" });
      expect(await lake.leftovers()).toEqual([]);
    });

    test("a sweep removes the folders of ended runs and dead processes, and no others", async () => {
      const { offline, holder } = dependencies;
      await run();
      const { token } = await offline.beginRun({ view: "scores", version: 1, holder, asOf: null });
      const [database = ""] = execFileSync("ls", [lake.staging], { encoding: "utf8" })
        .split("\n")
        .filter((name) => name.startsWith("runs_"));
      const folderOf = (name: string) => join(lake.staging, name);
      const kept = [`${database}/scores_v1_g2_run${token}`, `runs_of_another/scores_v1_g2_run999`];
      const ended = ["operations/of_a_dead_process", `${database}/scores_v1_g1_run999`];
      for (const name of [...kept, ...ended]) {
        await mkdir(folderOf(name), { recursive: true });
        await writeFile(join(folderOf(name), "data_0.parquet"), "rows");
        await writeFile(join(folderOf(name), "holder.json"), JSON.stringify({ ...holder, identity: "gone/1" }));
      }
      const swept = await sweep(dependencies);
      expect(swept.removedFolders).toEqual(ended.map(folderOf));
      expect(
        (await lake.leftovers())
          .filter((path) => path.includes("run9") || path.includes(`run${token}`))
          .filter((path) => path.endsWith("parquet")),
      ).toHaveLength(2);
    });

    test.skipIf(!mayMount())("fail with a code when the staging folder's disk is full", async () => {
      await run();
      await writeEvents(join(lake.root, "events.parquet"), 200_000);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", lake.staging]);
      try {
        expect(await run()).toMatchObject({ state: "failed", failure: { code: "engine_disk_full" } });
        expect(await expectNothingLeft(opened.database, lake, 10)).toMatchObject({ servedGeneration: 1 });
      } finally {
        execFileSync("umount", [lake.staging]);
      }
      expect(await run()).toMatchObject({ state: "published", rows: 200_000 });
    });
  });
}

function mayMount(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", "/mnt"], { stdio: "ignore" });
    execFileSync("umount", ["/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
