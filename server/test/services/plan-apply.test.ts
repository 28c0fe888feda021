import {
  avg,
  type Definitions,
  entity,
  type FeatureView,
  featureService,
  featureView,
  float64,
  int64,
  latest,
  source,
} from "@featstore/definitions";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apply } from "../../src/services/apply";
import { plan } from "../../src/services/plan";
import { createPostgresCatalogStore } from "../../src/stores/postgres-catalog-store";
import { createPostgresRegistryStore } from "../../src/stores/postgres-registry-store";
import type { RegistryStore, RegistryWriter } from "../../src/stores/registry";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, prepare, viewChange } from "../stores/registry/fixture";

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

for (const target of testDatabases().filter(({ name }) => name !== "pgbouncer")) {
  describe.skipIf(target.skip)(`plan and apply on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let dependencies: {
      readonly registry: RegistryStore & RegistryWriter;
      readonly catalog: ReturnType<typeof createPostgresCatalogStore>;
    };

    beforeEach(async () => {
      opened = await target.open();
      await prepare(opened.database);
      dependencies = {
        registry: createPostgresRegistryStore(opened.database),
        catalog: createPostgresCatalogStore(opened.database),
      };
    });
    afterEach(() => opened?.drop());

    const applyAll = (definitions: Definitions) =>
      apply(dependencies, definitions, { appliedBy: "tester", message: "why" });
    const filled = () => opened.database.script("update featstore.feature_views set last_generation = 1");

    test("what is new is planned, applied, and then unchanged", async () => {
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
        change: { changes: ["scores@1: new", "ranker@1: new"] },
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
      const [history] = await opened.database.query({
        text: "select applied_by, message, changes from featstore.applies",
      });
      expect(history).toEqual({ applied_by: "tester", message: "why", changes: '["scores@1: new", "ranker@1: new"]' });
    });

    test("another description applies in place", async () => {
      await applyAll(only(scores(1).ir));
      await filled();
      const { plan: planned, revision } = await applyAll(only(scores(1, { description: "Better said" }).ir));
      expect(planned.views).toMatchObject([{ state: "metadata", evolution: { class: "metadata" }, storedSql: "same" }]);
      expect(revision).toBe(2);
      const registered = (await dependencies.registry.snapshot()).featureViews.get("scores")?.versions.get(1);
      expect(registered?.view.description).toBe("Better said");
      expect((await plan(dependencies, only(scores(1, { description: "Better said" }).ir))).outcome).toBe("nothing");
    });

    test("another meaning under the same version is refused whole, with the version to give it", async () => {
      await applyAll(only(scores(1).ir, scores(2).ir));
      const { plan: planned, revision } = await applyAll(
        only(scores(1, { last: true }).ir, scores(1, { name: "other" }).ir),
      );
      expect(revision).toBeNull();
      expect(planned).toMatchObject({
        outcome: "refused",
        views: [
          { state: "refused", suggestedVersion: 3, evolution: { class: "recompute", needsVersion: true } },
          { name: "other", state: "new" },
        ],
      });
      expect(planned.views[0]?.sqlDiff?.some(({ kind }) => kind === "added")).toBe(true);
      expect((await dependencies.registry.snapshot()).featureViews.has("other")).toBe(false);
    });

    test("a new version is compared with the one before", async () => {
      await applyAll(only(scores(1).ir));
      const planned = await plan(dependencies, only(scores(2, { last: true }).ir));
      expect(planned.views).toMatchObject([
        {
          version: 2,
          state: "new_version",
          comparedWith: 1,
          evolution: { class: "recompute" },
          sqlDiff: expect.anything(),
        },
      ]);
    });

    test("a service that picks something else needs a version; one that is only described anew does not", async () => {
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

    test("a compiler that writes other SQL is seen; a version that was filled keeps its own", async () => {
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

    test("diagnostics refuse the plan, those of the database too", async () => {
      const wrong = eventsIn("event");
      const view = featureView({
        name: "scores",
        version: 1,
        entity: track,
        from: wrong,
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

    test("of two applied at once both are applied", async () => {
      const names = ["first", "second"];
      const reports = await Promise.all(names.map((name) => applyAll(only(scores(1, { name }).ir))));
      expect(reports.map(({ plan: { outcome } }) => outcome)).toEqual(["changes", "changes"]);
      expect([...(await dependencies.registry.snapshot()).featureViews.keys()]).toEqual(names);
    });

    test("a registry that moves on and on is told", async () => {
      const registry = {
        ...dependencies.registry,
        async snapshot() {
          const snapshot = await dependencies.registry.snapshot();
          await dependencies.registry.apply(changeOf({ revision: snapshot.revision }));
          return snapshot;
        },
      };
      await expect(
        apply({ ...dependencies, registry }, only(scores(1).ir), { appliedBy: "tester" }),
      ).rejects.toMatchObject({
        code: "registry_moved",
      });
    });
  });
}
