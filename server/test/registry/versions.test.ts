import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRunLog, type RunLog } from "../../src/materialization/run-log";
import type { RegistryHistory } from "../../src/registry/registry";
import { createRegistryStore, type RegistryStore, type RegistryWriter } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, fillRun, prepare, serviceChange, serviceOf, someone, viewChange, viewOf } from "./fixture";

const FAR = 4_102_444_800_000_000n; // 2100-01-01
const scores = { kind: "feature_view", name: "scores", actor: "ada@laptop", message: null } as const;
const ranker = { ...scores, kind: "feature_service", name: "ranker" } as const;
const { kind: _, ...retired } = scores;

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`versions on ${target.name}`, () => {
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

    const applyVersions = async (...versions: readonly number[]) => {
      const { revision } = await registry.snapshot();
      const featureViews = versions.map((version) => viewChange(viewOf(version)));
      return registry.apply(changeOf({ revision, featureViews }));
    };
    const applyService = async (version: number, viewVersion: number) => {
      const { revision } = await registry.snapshot();
      return registry.apply(changeOf({ revision, featureServices: [serviceChange(serviceOf(version, viewVersion))] }));
    };
    const publish = async (version: number) => {
      const run = await offline.beginRun({ view: "scores", version, holder: someone, asOf: null });
      await fillRun(opened.database, run);
      await offline.publish(run, {});
    };
    const promotions = async () => {
      const { promoted, next } = (await registry.snapshot()).featureViews.get("scores") ?? {};
      return { promoted, next };
    };
    const isRolledBack = async () =>
      (await registry.snapshot()).featureViews.get("scores")?.rolledBackFrom !== undefined;
    const version = async (number: number) =>
      (await registry.snapshot()).featureViews.get("scores")?.versions.get(number);

    test("promotes any readable version, and rolls back in reverse order", async () => {
      for (const each of [1, 2, 3]) {
        await applyVersions(each);
        await publish(each);
      }
      expect(await promotions()).toEqual({ promoted: 3, next: null });
      expect(await registry.rollback(scores)).toMatchObject({ before: 3, promoted: 2, next: null, gaveUp: null });
      expect(await registry.rollback(scores)).toMatchObject({ before: 2, promoted: 1 });
      await expect(registry.rollback(scores)).rejects.toMatchObject({ code: "nothing_to_roll_back" });
      expect(await registry.promote({ ...scores, version: 3 })).toMatchObject({ before: 1, promoted: 3 });
      const revision = await registry.revision();
      expect(await registry.promote({ ...scores, version: 3 })).toMatchObject({ revision: null, promoted: 3 });
      expect(await registry.revision()).toBe(revision);
      expect(await registry.rollback(scores)).toMatchObject({ promoted: 1 });
      await expect(registry.promote({ ...scores, version: 9 })).rejects.toMatchObject({ code: "view_not_applied" });
    });

    test("a version that is not yet readable waits, and an explicit choice ends the waiting", async () => {
      await applyVersions(1);
      await publish(1);
      await applyVersions(2, 3);
      expect(await promotions()).toEqual({ promoted: 1, next: 3 });
      expect(await registry.promote({ ...scores, version: 2 })).toMatchObject({ promoted: 1, next: 2, gaveUp: 3 });
      expect(await registry.promote({ ...scores, version: 1 })).toMatchObject({ promoted: 1, next: null, gaveUp: 2 });
      await publish(3);
      expect(await promotions()).toEqual({ promoted: 1, next: null });
      expect(await registry.promote({ ...scores, version: 3 })).toMatchObject({ promoted: 3, next: null });
    });

    test("does not promote a staged version with its first publish", async () => {
      const staged = { featureViews: [viewChange(viewOf(2))], promote: false };
      const revision = await applyVersions(1);
      await publish(1);
      await registry.apply(changeOf({ revision, ...staged }));
      await publish(2);
      expect(await promotions()).toEqual({ promoted: 1, next: null });
      expect((await version(2))?.served?.rows).toBe(10);
      await registry.promote({ ...scores, version: 2 });
      expect(await promotions()).toEqual({ promoted: 2, next: null });
    });

    test("promotes and rolls back services like views", async () => {
      await applyVersions(1, 2);
      await publish(1);
      await publish(2);
      await applyService(1, 1);
      await applyService(2, 2);
      expect(await registry.rollback(ranker)).toMatchObject({ before: 2, promoted: 1 });
      expect((await registry.snapshot()).featureServices.get("ranker")).toMatchObject({ promoted: 1, next: null });
      expect(await registry.promote({ ...ranker, version: 2 })).toMatchObject({ promoted: 2 });
    });

    test("after a rollback, a new version waits for promote, also with its first publish", async () => {
      await applyVersions(1);
      await publish(1);
      await applyVersions(2);
      await publish(2);
      expect(await isRolledBack()).toBe(false);
      await registry.rollback(scores);
      expect(await isRolledBack()).toBe(true);
      await applyVersions(3);
      await publish(3);
      expect(await promotions()).toEqual({ promoted: 1, next: null });
      await registry.promote({ ...scores, version: 3 });
      expect([await promotions(), await isRolledBack()]).toEqual([{ promoted: 3, next: null }, false]);
      await applyVersions(4);
      await publish(4);
      expect(await promotions()).toEqual({ promoted: 4, next: null });
    });

    test("promote of the version that is served after a rollback lets later versions take over again", async () => {
      await applyVersions(1);
      await publish(1);
      await applyVersions(2);
      await publish(2);
      await registry.rollback(scores);
      expect(await registry.promote({ ...scores, version: 1 })).toMatchObject({ revision: expect.any(Number) });
      expect(await isRolledBack()).toBe(false);
      expect(await registry.promote({ ...scores, version: 1 })).toMatchObject({ revision: null });
      await applyVersions(3);
      await publish(3);
      expect(await promotions()).toEqual({ promoted: 3, next: null });
    });

    test("a new version of a service that is rolled back waits for promote", async () => {
      await applyVersions(1);
      await publish(1);
      await applyService(1, 1);
      await applyService(2, 1);
      await registry.rollback(ranker);
      await applyService(3, 1);
      expect((await registry.snapshot()).featureServices.get("ranker")).toMatchObject({ promoted: 1, next: null });
      await registry.promote({ ...ranker, version: 3 });
      expect((await registry.snapshot()).featureServices.get("ranker")).toMatchObject({ promoted: 3, next: null });
    });

    test("refuses to retire a version that is promoted, waits for promotion, or is read by a promoted service", async () => {
      await applyVersions(1, 2);
      await publish(1);
      await publish(2);
      await applyService(1, 1);
      const retire = (number: number, more = {}) =>
        registry.retire({ ...retired, version: number, sunset: null, successor: null, ...more });
      await expect(retire(2)).rejects.toMatchObject({ code: "version_promoted" });
      await expect(retire(1)).rejects.toMatchObject({
        code: "version_in_use",
        message: expect.stringContaining("ranker@1"),
        parameters: { services: ["ranker@1"] },
      });
      await applyVersions(3);
      await publish(3);
      await applyVersions(4);
      await publish(4);
      await expect(retire(3, { successor: "scores@9" })).rejects.toMatchObject({ code: "successor_unknown" });
      await expect(retire(3, { successor: "scores@3" })).rejects.toMatchObject({ code: "successor_unknown" });
      await expect(retire(3, { sunset: 1_000_000n })).rejects.toMatchObject({ code: "sunset_in_past" });
      await expect(retire(8)).rejects.toMatchObject({ code: "view_not_applied" });
      expect((await version(3))?.state).toBe("active");
    });

    test("serves a deprecated version, refuses to promote it, and restores it before its sunset", async () => {
      await applyVersions(1);
      await publish(1);
      await applyVersions(2);
      await publish(2);
      const report = await registry.retire({ ...retired, version: 1, sunset: FAR, successor: "scores@2" });
      if (report.removed) throw new Error("expected a deprecation, not a removal");
      expect(report).toMatchObject({ sunsetAt: FAR, successor: "scores@2", services: [] });
      expect(await version(1)).toMatchObject({
        state: "deprecated",
        retirement: { sunsetAt: FAR, successor: "scores@2", deprecatedAt: report.deprecatedAt },
        served: { generation: 1 },
      });
      // Another call keeps the values that it does not set.
      expect(await registry.retire({ ...retired, version: 1, sunset: null, successor: null })).toMatchObject({
        sunsetAt: FAR,
        deprecatedAt: report.deprecatedAt,
      });
      await expect(registry.promote({ ...scores, version: 1 })).rejects.toMatchObject({ code: "version_deprecated" });
      await expect(registry.rollback(scores)).rejects.toMatchObject({ code: "version_deprecated" });
      await expect(applyService(1, 1)).rejects.toMatchObject({
        code: "service_reads_retiring",
        message: expect.stringContaining(" --undo"),
        parameters: { views: ["scores@1"] },
      });
      await publish(1);
      await offline.sweep([]);
      expect((await version(1))?.served?.generation).toBe(2);

      await registry.restore({ ...retired, version: 1 });
      expect(await version(1)).toMatchObject({ state: "active", retirement: null });
      await expect(registry.restore({ ...retired, version: 1 })).rejects.toMatchObject({
        code: "version_not_deprecated",
      });
      expect(await registry.rollback(scores)).toMatchObject({ promoted: 1 });
    });

    test("counts a version as in use when a service joins another entity through it", async () => {
      await applyVersions(1, 2);
      await publish(1);
      await publish(2);
      const reference = { view: "scores", version: 2, feature: "average" };
      const through = { view: "scores", version: 1, feature: "average" };
      const service = { ...serviceOf(1, 2), features: [{ ...reference, through }] };
      const { revision } = await registry.snapshot();
      await registry.apply(changeOf({ revision, featureServices: [serviceChange(service)] }));
      await registry.promote({ ...scores, version: 2 });
      await expect(registry.retire({ ...retired, version: 1, sunset: null, successor: null })).rejects.toMatchObject({
        code: "version_in_use",
      });
    });

    test("removes the runs and tables of a retired version, and cannot restore it", async () => {
      await applyVersions(1);
      await publish(1);
      await publish(1);
      await applyVersions(2);
      await publish(2);
      await registry.retire({ ...retired, version: 1, sunset: "now", successor: null });
      expect((await version(1))?.state).toBe("retired");
      await expect(publish(1)).rejects.toMatchObject({ code: "version_retired" });
      await expect(registry.rollback(scores)).rejects.toMatchObject({ code: "nothing_to_roll_back" });
      await expect(registry.restore({ ...retired, version: 1 })).rejects.toMatchObject({ code: "version_retired" });

      const before = await registry.revision();
      const swept = await offline.sweep([]);
      expect(swept.droppedTables).toEqual(["scores_v1_g1", "scores_v1_g2"]);
      expect(await registry.revision()).toBe(before + 1);
      expect((await version(1))?.served).toBeNull();
      expect(await opened.database.query({ text: "select to_regclass('features.scores_v1') as found" })).toEqual([
        { found: null },
      ]);
      expect((await offline.sweep([])).droppedTables).toEqual([]);
      expect(await registry.revision()).toBe(before + 1);
    });

    test("a sunset takes effect without a change of the registry", async () => {
      await applyVersions(1);
      await publish(1);
      await applyVersions(2);
      await publish(2);
      await registry.retire({ ...retired, version: 1, sunset: FAR, successor: null });
      const revision = await registry.revision();
      await opened.database.script(
        "update featstore.feature_views set deprecated_at = '2020-01-01Z', sunset_at = '2020-02-01Z' where version = 1",
      );
      expect(await version(1)).toMatchObject({ state: "retired", retirement: { successor: "scores@2" } });
      expect(await registry.revision()).toBe(revision);
      await expect(publish(1)).rejects.toMatchObject({ code: "version_retired" });
      expect((await offline.sweep([])).droppedTables).toEqual(["scores_v1_g1"]);
      expect(await registry.revision()).toBe(revision + 1);
    });

    test("a run in progress at the sunset is not served", async () => {
      await applyVersions(1, 2);
      await publish(1);
      const run = await offline.beginRun({ view: "scores", version: 1, holder: someone, asOf: null });
      await fillRun(opened.database, run);
      await registry.retire({ ...retired, version: 1, sunset: "now", successor: null });
      await offline.publish(run, {});
      expect((await offline.sweep([])).droppedTables).toEqual(["scores_v1_g1", "scores_v1_g2"]);
      expect((await version(1))?.served).toBeNull();
    });

    test("the history lists every change, newest first", async () => {
      const change = { definition: "feature_view", name: "scores", version: 1, state: "new", class: null } as const;
      await registry.apply(changeOf({ featureViews: [viewChange(viewOf(1))], message: "first", changes: [change] }));
      await publish(1);
      await applyVersions(2);
      await publish(2);
      await registry.rollback({ ...scores, message: "wrong" });
      await registry.retire({ ...retired, version: 2, sunset: FAR, successor: null });
      await registry.restore({ ...retired, version: 2 });
      await applyService(1, 1);
      const events = await registry.history({ name: "scores" });
      expect(events).toMatchObject([
        { kind: "restore", changes: [{ name: "scores", version: 2 }] },
        { kind: "retire", changes: [{ version: 2, sunset: "2100-01-01T00:00:00Z", successor: null }] },
        { kind: "rollback", actor: "ada@laptop", message: "wrong", changes: [{ version: 1, before: 2 }] },
        {
          kind: "promote",
          actor: expect.stringMatching(/^run \d+, process 1 on elsewhere$/),
          changes: [{ version: 2, before: 1 }],
        },
        { kind: "apply", actor: "tester", message: "first", changes: [change] },
      ]);
      expect(events.every(({ databaseRole, at }) => databaseRole !== "" && at > 0n)).toBe(true);
      expect((await registry.history({ limit: 1 }))[0]?.kind).toBe("apply");
      const revisions = (await registry.history()).map(({ revision }) => revision);
      expect(revisions).toEqual([...revisions].sort((left, right) => right - left));
    });

    test("makes no change that cannot be recorded, because each is one statement", async () => {
      for (const each of [1, 2, 3]) {
        await applyVersions(each);
        await publish(each);
      }
      const before = await registry.snapshot();
      // Fails at the last step of the functions.
      await opened.database.script(
        "alter table featstore.history add constraint refused check (event_id < 0) not valid",
      );
      const attempts = [
        registry.promote({ ...scores, version: 1 }),
        registry.rollback(scores),
        registry.retire({ ...retired, version: 1, sunset: "now", successor: null }),
      ];
      for (const attempt of await Promise.allSettled(attempts)) expect(attempt.status).toBe("rejected");
      expect(await registry.snapshot()).toEqual(before);
      await opened.database.script("alter table featstore.history drop constraint refused");
      await registry.retire({ ...retired, version: 1, sunset: FAR, successor: null });
      expect(await registry.rollback(scores)).toMatchObject({ promoted: 2 });
    });

    test("concurrent promotions and rollbacks each see a complete registry", async () => {
      for (const each of [1, 2, 3]) {
        await applyVersions(each);
        await publish(each);
      }
      const outcomes = await Promise.allSettled([
        ...[1, 2, 3, 1, 2, 3].map((each) => registry.promote({ ...scores, version: each })),
        ...[1, 2].map(() => registry.rollback(scores)),
      ]);
      const done = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
      expect(done.length).toBeGreaterThanOrEqual(6);
      const reported = (await registry.history()).filter(({ actor }) => actor === "ada@laptop");
      expect(reported.length).toBe(done.filter(({ revision }) => revision !== null).length);
      const [last] = reported;
      expect((await promotions()).promoted).toBe(last?.changes[0]?.version);
    });
  });
}
