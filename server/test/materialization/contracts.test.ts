import { type Contract, compileView, type FeatureView, postgresDialect } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { backfill } from "../../src/materialization/backfill";
import type { MaterializeDependencies, MaterializeRequest } from "../../src/materialization/materialization";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog, type RunLog } from "../../src/materialization/run-log";
import { createRunStore } from "../../src/materialization/runs/run-store";
import { createRegistryStore } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import { changeOf, compiledAs, prepare, viewChange, viewOf } from "../registry/fixture";

/** The fixture's view with contracts: ten rows with `average` 46 to 55 and `events` 10. */
function viewWith(contracts: Readonly<Record<string, Partial<Contract>>>): FeatureView {
  const view = viewOf(1);
  return {
    ...view,
    features: view.features.map((feature) => ({
      ...feature,
      contract: { ...feature.contract, ...contracts[feature.name] },
    })),
  };
}

for (const target of testDatabases("one")) {
  describe.skipIf(target.skip)(`contracts on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let offline: RunLog;
    let dependencies: MaterializeDependencies;
    let registry: ReturnType<typeof createRegistryStore>;

    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database);
      registry = createRegistryStore(opened.database);
      offline = createRunLog(opened.database);
      dependencies = {
        registry,
        offline,
        engine: createEngine(opened.database),
        holder: await thisProcess(),
        isDead: isSurelyDead,
      };
    });
    afterEach(() => opened?.drop());

    const promise = async (contracts: Readonly<Record<string, Partial<Contract>>>, text?: string): Promise<void> => {
      const { revision } = await registry.snapshot();
      await registry.apply(changeOf({ revision, featureViews: [viewChange(viewWith(contracts), compiledAs(text))] }));
    };
    const run = async (request: MaterializeRequest = {}) => {
      const report = await materialize(dependencies, request);
      return { ...report.views[0], swept: report.swept };
    };
    const served = async () => (await registry.snapshot()).featureViews.get("scores")?.versions.get(1)?.served ?? null;
    const tables = async () =>
      (
        await opened.database.query<{ name: string }>({
          text: "select relname as name from pg_class where relnamespace = 'features'::regnamespace and relname ~ '_g[0-9]+$' order by 1",
        })
      ).map(({ name }) => name);
    const lastRun = async () =>
      (
        await opened.database.query<Record<string, string>>({
          text: `select state, failure_code, broken_contracts::text as broken, forced_because as reason
            from featstore.runs order by run_id desc limit 1`,
        })
      )[0];

    describe("row limits", () => {
      const bounded = async (bounds: Pick<FeatureView, "minimumRows" | "maximumShrink">): Promise<void> => {
        const { revision } = await registry.snapshot();
        const view = { ...viewOf(1), ...bounds };
        await registry.apply(
          changeOf({ revision, featureViews: [viewChange(view, compileView(postgresDialect, view))] }),
        );
      };
      const forget = (tracks: number) => opened.database.script(`delete from events where track_id < ${tracks}`);
      const published = async () => (await createRunStore(opened.database).list({ limit: 1 }))[0];

      test("does not publish a full run with fewer rows than minRows, and keeps its table", async () => {
        await bounded({ minimumRows: 10 });
        expect(await run()).toMatchObject({ state: "published", warnings: [] });
        await forget(1);
        expect(await run()).toMatchObject({
          state: "failed",
          failure: { code: "too_few_rows", message: expect.stringMatching(/\b9 rows.*minRows .*10/) },
        });
        expect(await served()).toMatchObject({ generation: 1, rows: 10 });
        expect(await tables()).toEqual(["scores_v1_g1", "scores_v1_g2"]);
        expect(await lastRun()).toMatchObject({ state: "failed", failure_code: "too_few_rows" });
      });

      test("publishes a run that loses maxShrink of the rows; refuses one that loses more, unless forced", async () => {
        await bounded({ maximumShrink: 0.2 });
        await run();
        await forget(2);
        expect(await run()).toMatchObject({ state: "published", rows: 8, warnings: [] });
        await forget(4);
        expect(await run()).toMatchObject({
          state: "failed",
          failure: { code: "too_many_rows_lost", message: expect.stringContaining("25.0 %") },
        });
        expect(await run({ forceBecause: "a smaller catalog" })).toMatchObject({
          state: "published",
          rows: 6,
          warnings: [{ code: "too_many_rows_lost" }],
        });
        expect(await published()).toMatchObject({
          forcedBecause: "a smaller catalog",
          warnings: [{ code: "too_many_rows_lost" }],
        });
      });

      test("without a limit, publishes a run that loses more than a fifth of the rows, with a warning", async () => {
        await bounded({});
        await run();
        await forget(3);
        const warnings = [{ code: "rows_lost", message: expect.stringContaining("30.0 %") }];
        expect(await run()).toMatchObject({ state: "published", warnings });
        expect(await published()).toMatchObject({ warnings });
      });

      test("counts the rows of the whole generation in an incremental run", async () => {
        await bounded({ minimumRows: 10 });
        await run();
        await opened.database.script("update events set value = 0 where id = 11");
        expect(await run({ mode: "incremental" })).toMatchObject({ state: "published", kind: "incremental", rows: 10 });
        await opened.database.script("update events set created_at = '2999-01-01Z' where track_id = 1");
        expect(await run({ mode: "incremental" })).toMatchObject({
          state: "failed",
          kind: "incremental",
          failure: { code: "too_few_rows" },
        });
        expect(await served()).toMatchObject({ generation: 2, rows: 10 });
        await bounded({ minimumRows: 9 });
        expect(await run({ mode: "incremental" })).toMatchObject({ state: "published", kind: "incremental", rows: 9 });
      });

      test("applies to a backfill", async () => {
        await bounded({ minimumRows: 11 });
        const report = await backfill(dependencies, { view: "scores", chunkEntities: 4 });
        expect(report.view).toMatchObject({ state: "failed", failure: { code: "too_few_rows" } });
        expect(await served()).toBeNull();
      });
    });

    test("publishes values exactly at the limits of their contracts", async () => {
      await promise({
        average: { minimum: 46, maximum: 55, maximumNullFraction: 0 },
        events: { allowedValues: [10], minimum: 10, maximum: 10 },
      });
      expect(await run()).toMatchObject({ state: "published", brokenContracts: [], failure: null });
    });

    test("reports a broken range with counts and examples, and keeps serving the previous generation", async () => {
      await promise({});
      await run();
      await promise({ average: { minimum: 48, maximum: 54.5 }, events: { minimum: null, maximum: 9.5 } });
      const broken = await run();
      expect(broken).toMatchObject({
        state: "failed",
        generation: 2,
        failure: { code: "contract_broken" },
        brokenContracts: [
          {
            feature: "average",
            rule: "between",
            promise: "between(48, 54.5)",
            rows: 3,
            examples: [
              { key: { _tenant: "", track_id: 0 }, value: "55" },
              { key: { _tenant: "", track_id: 1 }, value: "46" },
              { key: { _tenant: "", track_id: 2 }, value: "47" },
            ],
          },
          { feature: "events", rule: "between", promise: "between(-Infinity, 9.5)", rows: 10 },
        ],
      });
      expect(broken.brokenContracts?.[1]?.examples).toHaveLength(5);
      expect(broken.failure?.message).toMatch(
        /"average" .*between\(48, 54\.5\).* 3 rows: track_id 0 .*"55"; track_id 1 .*"46"; track_id 2 .*"47"; "events" .*between\(-Infinity, 9\.5\).* 10 rows: track_id 0 .*"10";/,
      );
      expect(await served()).toMatchObject({ generation: 1 });
      expect(await lastRun()).toMatchObject({ state: "failed", failure_code: "contract_broken", reason: null });
      expect(JSON.parse((await lastRun())?.broken ?? "")).toEqual(broken.brokenContracts);
      expect(await offline.leases()).toEqual([]);
    });

    test("shows only keys in examples of personal values", async () => {
      await promise({ events: { maximum: 9, pii: true } });
      const { brokenContracts, failure } = await run();
      expect(brokenContracts?.[0]?.examples[0]).toEqual({ key: { _tenant: "", track_id: 0 }, value: null });
      expect(failure?.message).toContain("10 rows: track_id 0; track_id 1;");
    });

    test("reports values that are not allowed, and too many nulls", async () => {
      const holes = compiledAs().text.replace("avg(value) as", "case when track_id > 2 then avg(value) end as");
      await promise({ average: { maximumNullFraction: 0.3 }, events: { allowedValues: [9, 10] } }, holes);
      expect(await run()).toMatchObject({ state: "published" });
      await promise({ average: { maximumNullFraction: 0.29 }, events: { allowedValues: [-9, 11] } }, holes);
      expect(await run()).toMatchObject({
        brokenContracts: [
          { feature: "average", rule: "maxNullFraction", promise: "maxNullFraction(0.29)", rows: 3 },
          { feature: "events", rule: "oneOf", promise: "oneOf(-9, 11)", rows: 10 },
        ],
        failure: {
          message: expect.stringMatching(
            /"average" .*maxNullFraction\(0\.29\).* 3 rows: track_id 0; track_id 1; track_id 2; "events"/,
          ),
        },
      });
    });

    test("keeps one refused table, and none after the next publish", async () => {
      await promise({ events: { maximum: 9 } });
      await run();
      expect(await tables()).toEqual(["scores_v1_g1"]);
      expect((await run()).swept?.droppedTables).toEqual(["scores_v1_g1"]);
      expect(await tables()).toEqual(["scores_v1_g2"]);
      expect(await offline.sweep([])).toMatchObject({ droppedTables: [] });
      await promise({});
      await run();
      expect(await tables()).toEqual(["scores_v1_g3"]);
    });

    test("force publishes despite a broken contract and stores the reason", async () => {
      await promise({ events: { maximum: 9 } });
      const forced = await run({ forceBecause: "The feed doubled, and that is right" });
      expect(forced).toMatchObject({
        state: "published",
        failure: null,
        brokenContracts: [{ feature: "events", rows: 10 }],
      });
      expect(await served()).toMatchObject({ generation: 1 });
      expect(await lastRun()).toMatchObject({ state: "published", reason: "The feed doubled, and that is right" });
      expect(JSON.parse((await lastRun())?.broken ?? "")).toHaveLength(1);
      await promise({});
      await run({ forceBecause: "To be sure" });
      expect(await lastRun()).toMatchObject({ broken: null, reason: null });
    });

    test("force does not publish values that are not finite", async () => {
      await promise({ average: { minimum: 0, maximum: 100 } });
      await opened.database.script("insert into events values (1000, 77, 'NaN', '2026-01-01Z')");
      expect(await run({ forceBecause: "Try" })).toMatchObject({ failure: { code: "non_finite_value" } });
      expect(await served()).toBeNull();
      expect(await tables()).toEqual([]);
    });

    test("profiles a generation once", async () => {
      await promise({});
      const { profileMs } = await run();
      expect(profileMs).toBeGreaterThan(0);
      const name = { view: "scores", version: 1, generation: 1 };
      expect(await offline.profile(name, "select 1 / 0")).toMatchObject({
        rows: 10,
        features: { events: { nulls: 0 } },
      });
      expect(await offline.profile({ ...name, generation: 7 }, "select '{}'::jsonb")).toBeNull();
    });

    test("a failed profile does not fail the run", async () => {
      await promise({});
      const broken: RunLog = { ...offline, profile: () => Promise.reject(new Error("no disk")) };
      const report = await materialize({ ...dependencies, offline: broken });
      expect(report.views[0]).toMatchObject({ state: "published", profileMs: null, failure: null });
    });
  });
}
