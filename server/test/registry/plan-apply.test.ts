import { avg, entity, featureService, featureView, float64, int64, latest, source } from "@featstore/definitions";
import type { Definitions, FeatureView } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { planText } from "../../src/cli/plan/plan-report";
import { createEngine } from "../../src/engine/index";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog } from "../../src/materialization/run-log";
import { apply } from "../../src/registry/apply";
import { plan } from "../../src/registry/plan/plan";
import type { RegistryHistory } from "../../src/registry/registry";
import { createRegistryStore, type RegistryStore, type RegistryWriter } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, prepare, someone, viewChange } from "./fixture";

const track = entity({ name: "track", key: { track_id: int64() } });
const eventsIn = (table: string) =>
  source({
    name: "events",
    table,
    key: { track_id: int64() },
    eventTime: "created_at",
    tieBreak: "id",
    history: "events",
    columns: { value: float64().nullable() },
  });
const events = eventsIn("events");

const scores = (version: number, { description = "Scores", last = false, name = "scores" } = {}) =>
  featureView({
    name,
    version,
    entity: track,
    from: events,
    description,
    owner: "team",
    features: (row) => ({ average: last ? latest(row.value) : avg(row.value) }),
  });
const ranker = (version: number, viewVersion: number, description = "") =>
  featureService({ name: "ranker", version, description, features: [scores(viewVersion).all()] }).ir;
const only = (...featureViews: readonly FeatureView[]): Definitions => ({ featureViews, featureServices: [] });

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`plan and apply on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let dependencies: {
      readonly registry: RegistryStore & RegistryWriter & RegistryHistory;
      readonly catalog: ReturnType<typeof createEngine>;
    };

    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database);
      dependencies = {
        registry: createRegistryStore(opened.database),
        catalog: createEngine(opened.database),
      };
    });
    afterEach(() => opened?.drop());

    const applyAll = (definitions: Definitions) =>
      apply(dependencies, definitions, { appliedBy: "tester", message: "why" });
    const filled = () => opened.database.script("update featstore.feature_views set last_generation = 1");

    test("plans a new view, applies it, and then plans no change", async () => {
      const definitions = { featureViews: [scores(1).ir], featureServices: [ranker(1, 1)] };
      const planned = await plan(dependencies, definitions);
      expect(planned).toMatchObject({
        revision: 0,
        outcome: "changes",
        views: [
          {
            name: "scores",
            version: 1,
            state: "new",
            comparedWith: null,
            evolution: null,
            sqlDiff: null,
            storedSql: "none",
            owner: "team",
            consumers: ["ranker@1"],
          },
        ],
        services: [{ name: "ranker", version: 1, state: "new" }],
        change: {
          changes: [
            { definition: "feature_view", name: "scores", version: 1, state: "new", class: null, before: null },
            { definition: "feature_service", name: "ranker", version: 1, state: "new" },
          ],
        },
      });
      expect((await dependencies.registry.snapshot()).revision).toBe(0);

      const report = await applyAll(definitions);
      expect(report.revision).toBe(1);
      const again = await applyAll(definitions);
      expect(again.revision).toBeNull();
      expect(again.plan).toMatchObject({
        outcome: "nothing",
        change: null,
        views: [{ state: "unchanged", storedSql: "same", evolution: { class: "unchanged" } }],
        services: [{ state: "unchanged" }],
      });
      expect(await dependencies.registry.history()).toMatchObject([
        { kind: "apply", actor: "tester", message: "why", changes: planned.change?.changes },
      ]);
    });

    test("applies a new description in place", async () => {
      await applyAll(only(scores(1).ir));
      await filled();
      const { plan: planned, revision } = await applyAll(only(scores(1, { description: "Better said" }).ir));
      expect(planned.views).toMatchObject([{ state: "metadata", evolution: { class: "metadata" }, storedSql: "same" }]);
      expect(revision).toBe(2);
      const registered = (await dependencies.registry.snapshot()).featureViews.get("scores")?.versions.get(1);
      expect(registered?.view.description).toBe("Better said");
      expect((await plan(dependencies, only(scores(1, { description: "Better said" }).ir))).outcome).toBe("nothing");
    });

    test("does not rebuild for a new owner, tag, contract or source name", async () => {
      await applyAll(only(scores(1).ir));
      const offline = createRunLog(opened.database);
      const holder = { host: "elsewhere", pid: 1, identity: null, pidNamespace: null };
      await materialize({
        ...dependencies,
        offline,
        engine: createEngine(opened.database),
        holder,
        isDead: async () => false,
      });
      const registered = async () =>
        (await dependencies.registry.snapshot()).featureViews.get("scores")?.versions.get(1);
      const before = await registered();
      const { ir } = scores(1);
      for (const renamed of [
        { ...ir, owner: "others" },
        { ...ir, tags: ["daily"] },
        { ...ir, source: { ...ir.source, name: "happenings" } },
        { ...ir, features: ir.features.map((each) => ({ ...each, contract: { ...each.contract, unit: "points" } })) },
      ]) {
        const { plan: planned, revision } = await applyAll(only(renamed));
        expect(planned.views).toMatchObject([{ state: "metadata" }]);
        expect(revision).not.toBeNull();
        const { served, sql, lastGeneration, meaningHash } = (await registered()) ?? {};
        expect({ served, sql, lastGeneration, meaningHash }).toEqual({
          served: before?.served,
          sql: renamed.source.name === ir.source.name ? before?.sql : expect.stringContaining('as "happenings"'),
          lastGeneration: before?.lastGeneration,
          meaningHash: before?.meaningHash,
        });
      }
      expect(before?.served?.generation).toBe(1);
    });

    test("reports skipped, stale, deprecated and retired versions", async () => {
      await applyAll({ featureViews: [scores(1).ir, scores(2).ir], featureServices: [] });
      const codes = async (definitions: Definitions) =>
        (await plan(dependencies, definitions)).diagnostics.flatMap(({ code, severity, definition }) =>
          ["version_skipped", "definitions_stale", "service_reads_retiring", "version_retired"].includes(code)
            ? `${severity} ${definition} ${code}`
            : [],
        );
      expect(await codes(only(scores(5).ir))).toEqual(["warning scores@5 version_skipped"]);
      expect(await codes(only(scores(1).ir))).toEqual(["warning scores@1 definitions_stale"]);
      const stale = await applyAll(only(scores(1, { description: "Older" }).ir));
      expect(stale).toMatchObject({ revision: null, plan: { outcome: "refused" } });
      expect(stale.plan.diagnostics.find(({ code }) => code === "definitions_stale")?.message).toContain(
        "`scores@2` since 20",
      );
      const offline = createRunLog(opened.database);
      const runs = {
        ...dependencies,
        offline,
        engine: createEngine(opened.database),
        holder: someone,
        isDead: async () => false,
      };
      await materialize(runs, { views: ["scores@1"] });
      await dependencies.registry.retire({
        name: "scores",
        version: 1,
        actor: "ada",
        message: null,
        sunset: "now",
        successor: null,
      });
      expect(await codes(only(scores(1).ir, scores(2).ir))).toEqual(["warning scores@1 version_retired"]);
      expect(await codes({ featureViews: [], featureServices: [ranker(1, 1)] })).toEqual([
        "error ranker@1 service_reads_retiring",
      ]);
    });

    describe("definitions that are older than the registry", () => {
      const other = scores(1, { name: "other" }).ir;
      const severities = ({ plan: { diagnostics } }: Awaited<ReturnType<typeof applyAll>>) =>
        diagnostics.filter(({ code }) => code === "definitions_stale").map(({ severity }) => severity);
      const applied = async () => [...(await dependencies.registry.snapshot()).featureViews.keys()].sort();

      beforeEach(async () => {
        await applyAll(only(scores(1).ir, scores(2).ir, scores(1, { name: "third" }).ir));
      });

      test("can add views and services with new names, and change nothing else", async () => {
        const before = await dependencies.registry.snapshot();
        const added = await applyAll({ featureViews: [scores(1).ir, other], featureServices: [ranker(1, 1)] });
        expect(added).toMatchObject({ revision: expect.any(Number), plan: { isStale: true, outcome: "changes" } });
        expect(severities(added)).toEqual(["warning"]);
        expect(await applied()).toEqual(["other", "scores", "third"]);
        const after = await dependencies.registry.snapshot();
        expect(after.featureViews.get("scores")).toEqual(before.featureViews.get("scores"));
        expect(after.entities).toEqual(before.entities);
      });

      test.each<[string, FeatureView[]]>([
        ["a new version of a known view", [scores(1).ir, other, scores(2, { name: "third" }).ir]],
        [
          "other metadata of a known view",
          [scores(1).ir, other, scores(1, { name: "third", description: "Older" }).ir],
        ],
        ["a rename", [scores(1).ir, { ...scores(1, { name: "moved" }).ir, renamedFrom: "third" }]],
      ])("cannot apply %s, not even with additions", async (_, featureViews) => {
        const before = await dependencies.registry.snapshot();
        const refused = await applyAll(only(...featureViews));
        expect(refused).toMatchObject({ revision: null, plan: { isStale: true, outcome: "refused" } });
        expect(severities(refused)).toEqual(["error"]);
        expect(await dependencies.registry.snapshot()).toEqual(before);
      });

      test("cannot take an entity back with a new view", async () => {
        const newer = scores(3).ir;
        await applyAll(only({ ...newer, entity: { ...newer.entity, description: "A song" } }));
        const before = await dependencies.registry.snapshot();
        const refused = await applyAll(only(scores(2).ir, other));
        expect(refused).toMatchObject({ revision: null, plan: { isStale: true, outcome: "refused" } });
        expect(await dependencies.registry.snapshot()).toEqual(before);
      });
    });

    test("refuses a changed meaning under the same version as a whole, and suggests the next version", async () => {
      await applyAll(only(scores(1).ir, scores(2).ir));
      const { plan: planned, revision } = await applyAll(
        only(scores(1, { last: true }).ir, scores(1, { name: "other" }).ir),
      );
      expect(revision).toBeNull();
      expect(planned).toMatchObject({
        outcome: "refused",
        views: [
          {
            state: "refused",
            suggestedVersion: 3,
            isRemovable: true,
            evolution: { class: "recompute", needsVersion: true },
          },
          { name: "other", state: "new" },
        ],
      });
      expect(planText(planned, { fileOf: new Map(), datasets: [] })).toContain("featstore retire scores@1");
      expect(planned.views[0]?.sqlDiff?.some(({ kind }) => kind === "added")).toBe(true);
      expect((await dependencies.registry.snapshot()).featureViews.has("other")).toBe(false);
    });

    test("compares a new version with the previous one", async () => {
      await applyAll(only(scores(1).ir));
      const planned = await plan(dependencies, only(scores(2, { last: true }).ir));
      expect(planned.views).toMatchObject([
        {
          version: 2,
          state: "new_version",
          comparedWith: 1,
          evolution: { class: "recompute" },
        },
      ]);
      const lines = planned.views[0]?.sqlDiff ?? [];
      const without = (left: string) => lines.filter(({ kind }) => kind !== left).map(({ text }) => text);
      const registered = (await dependencies.registry.snapshot()).featureViews.get("scores")?.versions.get(1);
      expect(without("added").join("\n")).toBe(registered?.sql);
      expect(without("removed").join("\n")).toBe(planned.views[0]?.sql);
      expect(lines.some(({ kind }) => kind === "same")).toBe(true);
    });

    test("requires a new version for a service with other features, but not for one with another description", async () => {
      const featureViews = [scores(1).ir, scores(2).ir];
      await applyAll({ featureViews, featureServices: [ranker(1, 1)] });
      const refused = await plan(dependencies, { featureViews, featureServices: [ranker(1, 2)] });
      expect(refused).toMatchObject({ outcome: "refused", services: [{ state: "refused", suggestedVersion: 2 }] });
      const described = await applyAll({ featureViews: [], featureServices: [ranker(1, 1, "Ranks")] });
      expect(described.plan.services).toMatchObject([{ state: "metadata" }]);
      expect(
        (await dependencies.registry.snapshot()).featureServices.get("ranker")?.versions.get(1)?.service.description,
      ).toBe("Ranks");
    });

    test("detects a compiler that generates other SQL; a version with runs keeps its own SQL", async () => {
      const { ir } = scores(1);
      const compiled = {
        compilerVersion: 0,
        text: "select 'older'",
        parameters: [],
        columns: viewChange(ir).compiled.columns,
      };
      await dependencies.registry.apply(changeOf({ featureViews: [{ ...viewChange(ir), compiled }] }));
      expect(await plan(dependencies, only(ir))).toMatchObject({
        outcome: "changes",
        views: [{ state: "compiler", storedSql: "replaced" }],
      });
      await filled();
      expect(await plan(dependencies, only(ir))).toMatchObject({
        outcome: "nothing",
        views: [{ state: "compiler", storedSql: "kept" }],
      });
    });

    test("refuses a plan with errors, also those from the database", async () => {
      const missing = eventsIn("event");
      const view = featureView({
        name: "scores",
        version: 1,
        entity: track,
        from: missing,
        features: (row) => ({ average: avg(row.value) }),
      });
      const planned = await plan(dependencies, only(view.ir));
      expect(planned).toMatchObject({ outcome: "refused", views: [], change: null });
      expect(planned.diagnostics).toContainEqual(
        expect.objectContaining({ code: "relation_missing", suggestion: expect.stringContaining("events") }),
      );
      const judgedAlone = await plan({ ...dependencies, catalog: null }, only(view.ir));
      expect(judgedAlone.outcome).toBe("changes");
    });

    test("of two concurrent applies, one succeeds completely and the other reports the change", async () => {
      const names = ["first", "second"];
      const attempts = await Promise.allSettled(
        names.map((name) => {
          const definitions = only(scores(1, { name }).ir, scores(2, { name }).ir);
          return apply(dependencies, definitions, { appliedBy: `${name}@laptop`, message: `for ${name}` });
        }),
      );
      const applied = names.filter((_, index) => attempts[index]?.status === "fulfilled");
      const [won = ""] = applied;
      const views = (await dependencies.registry.snapshot()).featureViews;
      expect([...views.keys()]).toEqual(applied);
      for (const { versions } of views.values()) expect([...versions.keys()]).toEqual([1, 2]);
      const refused = attempts.find((attempt) => attempt.status === "rejected")?.reason;
      // On one connection the second may begin after the first, and then plans on top of its result.
      if (applied.length === 1) {
        expect(refused).toMatchObject({
          code: "registry_moved",
          parameters: { meanwhile: [{ actor: `${won}@laptop` }] },
        });
        expect(refused.message).toMatch(new RegExp(`${won}@laptop .*Z \\(for ${won}\\): ${won}@1 new; ${won}@2 new`));
      }
    });

    test("refuses to apply a plan for an older revision", async () => {
      const planned = await plan(dependencies, only(scores(1).ir));
      await applyAll(only(scores(1, { name: "other" }).ir));
      await expect(
        apply(dependencies, only(scores(1).ir), { appliedBy: "tester", revision: planned.revision }),
      ).rejects.toMatchObject({ code: "registry_moved", message: expect.stringContaining("other@1 new") });
      const { revision } = await plan(dependencies, only(scores(1).ir));
      expect((await apply(dependencies, only(scores(1).ir), { appliedBy: "tester", revision })).revision).toBe(2);
    });
  });
}
