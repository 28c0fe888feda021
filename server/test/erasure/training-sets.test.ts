import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { erase } from "../../src/erasure/erase";
import { createErasureStore } from "../../src/erasure/erasure-store";
import { createRunLog } from "../../src/materialization/run-log";
import { SPINE_FILE } from "../../src/training-sets/spine/load-spine";
import { createTrainingSetFiles } from "../../src/training-sets/training-set-files";
import { createTrainingSetStore } from "../../src/training-sets/training-set-store";
import type { HeldTrainingSet } from "../../src/training-sets/training-set-types";
import { noDatasets } from "../helpers/no-datasets";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { features, openTrainingSets, prepareScores, rowsSpine, type TestTrainingSets } from "../training-sets/support";

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`training sets and erasures on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let made: TestTrainingSets;
    let elsewhere: string;
    beforeAll(async () => {
      opened = await target.openMigrated();
      await prepareScores(opened.database);
      elsewhere = await mkdtemp(join(tmpdir(), "featstore-elsewhere-"));
    });
    beforeEach(async () => {
      made = await openTrainingSets(opened.database);
    });
    afterEach(async () => {
      await opened.database.script("delete from featstore.training_sets");
      await made?.close();
    });
    afterAll(async () => {
      await rm(elsewhere, { recursive: true, force: true });
      await opened?.drop();
    });

    const makeOf = async (tenant: string | null, ...tracks: readonly number[]) => {
      const rows = tracks.map((track_id) => ({ track_id, as_of: "2026-01-01T12:00:00Z", note: '7,"7"' }));
      return (await made.make({ features, spine: rowsSpine(rows), tenant })).id;
    };
    const eraseTrack = async (
      track: string,
      {
        folder = made.folder,
        tenant = null as string | null,
        ...more
      }: { folder?: string; tenant?: string | null; dryRun?: boolean; deleteTrainingSets?: boolean } = {},
    ) => {
      const dependencies = {
        ...{ store: createErasureStore(opened.database), sets: made.sets, isDead: isSurelyDead },
        ...{
          files: createTrainingSetFiles(folder),
          engine: createEngine(opened.database),
          offline: createRunLog(opened.database),
        },
        datasets: noDatasets().datasets,
      };
      const request = {
        entity: "track",
        key: [track],
        tenant,
        actor: "tester",
        message: null,
        holder: await thisProcess(),
        datasets: [],
      };
      const { trainingSets } = await erase(dependencies, request, {
        ...{ keyNames: ["track_id"], dryRun: false, deleteTrainingSets: false },
        ...more,
      });
      return trainingSets.map(({ id, finding, deleted }) => ({ id, finding, deleted }));
    };

    test("reports training sets that contain the key, and deletes them on request", async () => {
      const [both, one] = [await makeOf(null, 3, 7), await makeOf(null, 3)];
      expect(await eraseTrack("7")).toEqual([{ id: both, finding: "contains", deleted: false }]);
      expect(await eraseTrack("3", { dryRun: true, deleteTrainingSets: true })).toHaveLength(2);
      expect((await readdir(made.folder)).sort()).toEqual([both, one].sort());
      expect(await eraseTrack("7", { deleteTrainingSets: true })).toEqual([
        { id: both, finding: "contains", deleted: true },
      ]);
      expect(await readdir(made.folder)).toEqual([one]);
      expect(await made.sets.read(both, { tenant: null })).toMatchObject({ state: "deleted", manifest: null });
      expect(await eraseTrack("7")).toEqual([]);
    });

    test("searches and deletes only the tenant's own training sets", async () => {
      const [acme, other] = [await makeOf("acme", 7), await makeOf("other", 7)];
      expect(await eraseTrack("7", { tenant: "acme", deleteTrainingSets: true })).toEqual([
        { id: acme, finding: "contains", deleted: true },
      ]);
      expect(await readdir(made.folder)).toEqual([other]);
      expect(await eraseTrack("7")).toEqual([{ id: other, finding: "contains", deleted: false }]);
    });

    test("reports training sets that it cannot read, and does not delete them", async () => {
      const id = await makeOf(null, 3);
      expect(await eraseTrack("7", { folder: elsewhere, deleteTrainingSets: true })).toEqual([
        { id, finding: "elsewhere", deleted: false },
      ]);
      await writeFile(join(made.folder, id, SPINE_FILE), "damaged");
      expect(await eraseTrack("7", { deleteTrainingSets: true })).toEqual([
        { id, finding: "unreadable", deleted: false },
      ]);
    });

    test("searches the spines of unfinished training sets, and cancels matches", async () => {
      const store = createTrainingSetStore(opened.database);
      const begin = async (id: string) => {
        const begun = await store.beginJob({
          ...{ id, tenant: null, request: {}, holder: await thisProcess() },
          keys: [{ name: "track_id", databaseType: "bigint" }],
          limits: null,
        });
        return begun as HeldTrainingSet; // not a repeated request
      };
      const job = (view: string) => ({
        features: [{ column: "x", view, version: 1, feature: "events" }],
        labels: [],
        service: null,
      });
      await begin("aaaaaaaaaaaaaaaa");
      const held = await begin("bbbbbbbbbbbbbbbb");
      await createEngine(opened.database).loadSpine(
        held,
        ["track_id"],
        (async function* () {
          yield '0,"",7,2026-01-01T00:00:00Z,\n';
        })(),
      );
      const queue = (view: string) => ({ spineRows: 1, reuseKey: "none", job: job(view) });
      await store.queue(held, queue("scores"));
      const loading = { id: "aaaaaaaaaaaaaaaa", finding: "loading", deleted: false };
      expect(await eraseTrack("8")).toEqual([loading]);
      expect(await eraseTrack("7", { deleteTrainingSets: true })).toEqual([
        loading,
        { id: held.id, finding: "contains", deleted: true },
      ]);
      expect(await store.read(held.id)).toMatchObject({ isCancelRequested: true });
      const change = (path: string, value: unknown) =>
        opened.database.script(
          `update featstore.training_sets set job = jsonb_set(job, '{${path}}', '${JSON.stringify(value)}') where job is not null`,
        );
      // Its service was removed while it waited.
      await change("service", { service: "removed@1" });
      expect(await eraseTrack("7")).toEqual([loading, { id: held.id, finding: "contains", deleted: false }]);
      // Another entity whose key has the same name.
      await change("features,0,view", "others");
      expect(await eraseTrack("7")).toEqual([loading]);
    });
  });
}
