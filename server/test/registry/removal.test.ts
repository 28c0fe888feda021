import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRunLog, type RunLog } from "../../src/materialization/run-log";
import type { RegistryHistory } from "../../src/registry/registry";
import { createRegistryStore, type RegistryStore, type RegistryWriter } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import {
  changeOf,
  compiledAs,
  fillRun,
  prepare,
  serviceChange,
  serviceOf,
  someone,
  viewChange,
  viewOf,
} from "./fixture";

const FAR = 4_102_444_800_000_000n; // 2100-01-01

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`removing versions that were never readable on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let registry: RegistryStore & RegistryWriter & RegistryHistory;
    let offline: RunLog;

    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database);
      registry = createRegistryStore(opened.database);
      offline = createRunLog(opened.database);
    });
    afterEach(() => opened?.drop());

    const applied = async (version: number, compiled = compiledAs(), promote = true) => {
      const { revision } = await registry.snapshot();
      const featureViews = [viewChange(viewOf(version), compiled)];
      await registry.apply(changeOf({ revision, featureViews, promote }));
    };
    const served = async (version: number, viewVersion: number) => {
      const { revision } = await registry.snapshot();
      await registry.apply(changeOf({ revision, featureServices: [serviceChange(serviceOf(version, viewVersion))] }));
    };
    const begin = (version: number) => offline.beginRun({ view: "scores", version, holder: someone, asOf: null });
    const publish = async (version: number) => {
      const run = await begin(version);
      await fillRun(opened.database, run);
      await offline.publish(run, {});
    };
    const fail = async (version: number) => {
      const run = await begin(version);
      await offline.failRun(run, { code: "statement_failed", message: "no such column" });
    };
    const retire = (version: number, more = {}) =>
      registry.retire({
        name: "scores",
        version,
        actor: "ada@laptop",
        message: "mistaken",
        sunset: null,
        successor: null,
        ...more,
      });
    const removeService = (version: number) =>
      registry.removeService({ name: "ranker", version, actor: "ada@laptop", message: null });
    const relations = () =>
      opened.database.query({ text: "select relname from pg_class where relnamespace = 'features'::regnamespace" });

    test("removes a first version whose runs fail, with its runs, and frees its number for another meaning", async () => {
      await applied(1);
      await fail(1);
      expect(await retire(1)).toMatchObject({ removed: true });
      const snapshot = await registry.snapshot();
      expect([snapshot.featureViews.size, snapshot.entities.size]).toEqual([0, 0]);
      expect(await relations()).toEqual([]);
      expect(await registry.history({ name: "scores", limit: 1 })).toMatchObject([
        { kind: "retire", message: "mistaken", changes: [{ name: "scores", version: 1, removed: true }] },
      ]);
      await registry.apply(
        changeOf({
          revision: snapshot.revision,
          featureViews: [{ ...viewChange(viewOf(1)), meaningHash: "another" }],
        }),
      );
      await publish(1);
      expect((await registry.snapshot()).featureViews.get("scores")).toMatchObject({ promoted: 1 });
    });

    test("removes a version that waits for promotion; refuses the promoted one while another exists", async () => {
      await applied(1);
      await publish(1);
      await applied(2);
      expect(await retire(2)).toMatchObject({ removed: true });
      expect((await registry.snapshot()).featureViews.get("scores")).toMatchObject({ promoted: 1, next: null });
      await applied(2, undefined, false);
      await expect(retire(1)).rejects.toMatchObject({ code: "version_promoted" });
    });

    test("lists the services that name it; those that were never served must be removed first", async () => {
      await applied(1);
      await served(1, 1);
      await expect(retire(1)).rejects.toMatchObject({
        code: "version_named",
        message: expect.stringContaining("featstore retire ranker@1"),
        parameters: { services: ["ranker@1"] },
      });
      await removeService(1);
      expect((await registry.snapshot()).featureServices.size).toBe(0);
      expect(await retire(1)).toMatchObject({ removed: true });

      await applied(1);
      await publish(1);
      await served(1, 1);
      await expect(removeService(1)).rejects.toMatchObject({ code: "service_stays" });
      await expect(removeService(7)).rejects.toMatchObject({ code: "view_not_applied" });
    });

    test("refuses removal during a run, and refuses an older plan afterwards", async () => {
      await applied(1);
      const { revision } = await registry.snapshot();
      const run = await begin(1);
      await expect(retire(1)).rejects.toMatchObject({ code: "run_in_progress", parameters: { runId: run.runId } });
      await offline.failRun(run, { code: "statement_failed", message: "no" });
      await retire(1);
      await expect(begin(1)).rejects.toMatchObject({ code: "view_not_applied" });
      await expect(
        registry.apply(changeOf({ revision, featureServices: [serviceChange(serviceOf(1, 1))] })),
      ).rejects.toMatchObject({ code: "registry_moved" });
    });

    test("retires the last served version like any other, and promotes a new one", async () => {
      await applied(1);
      await publish(1);
      expect(await retire(1, { sunset: FAR })).toMatchObject({ removed: false, sunsetAt: FAR });
      const version = async () => (await registry.snapshot()).featureViews.get("scores")?.versions.get(1);
      expect(await version()).toMatchObject({ state: "deprecated", retirement: { successor: null } });
      await retire(1, { sunset: "now" });
      await offline.sweep([]);
      expect(await version()).toMatchObject({ state: "retired", served: null });
      await expect(retire(1)).rejects.toMatchObject({ code: "version_retired" });

      await applied(2);
      await publish(2);
      expect((await registry.snapshot()).featureViews.get("scores")).toMatchObject({ promoted: 2, next: null });
    });

    test("removes a version that only broke its contract, with its table and profile", async () => {
      await applied(1);
      const run = await begin(1);
      await fillRun(opened.database, run);
      await offline.failRun(run, { code: "contract_broken", message: "too many nulls", brokenContracts: [] });
      await offline.profile({ view: "scores", version: 1, generation: 1 }, `select '{}'::jsonb`);
      expect(await retire(1)).toMatchObject({ removed: true });
      expect(await relations()).toEqual([]);
    });
  });
}
