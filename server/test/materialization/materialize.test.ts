import type { FeatureView } from "@featstore/definitions/compiler";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSurelyDead, type RunHolder, thisProcess } from "../../src/database/lease-holder";
import { createEngine, type ViewFills } from "../../src/engine/index";
import type { MaterializeDependencies, MaterializeProgress } from "../../src/materialization/materialization";
import { materialize } from "../../src/materialization/materialize";
import { createRunLog, type RunLog } from "../../src/materialization/run-log";
import { createRunStore } from "../../src/materialization/runs/run-store";
import { createRegistryStore, type RegistryStore, type RegistryWriter } from "../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../helpers/test-database";
import {
  changeOf,
  compiledAs,
  fillRun,
  prepare,
  serviceChange,
  serviceOf,
  viewChange,
  viewOf,
} from "../registry/fixture";

for (const target of testDatabases("main")) {
  describe.skipIf(target.skip)(`materialize on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let registry: RegistryStore & RegistryWriter;
    let offline: RunLog;
    let holder: RunHolder;
    let dependencies: MaterializeDependencies;

    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database);
      registry = createRegistryStore(opened.database);
      offline = createRunLog(opened.database);
      holder = await thisProcess();
      dependencies = { registry, offline, engine: createEngine(opened.database), holder, isDead: isSurelyDead };
    });
    afterEach(() => opened?.drop());

    const applyView = async (view: FeatureView, text?: string): Promise<void> => {
      const { revision } = await registry.snapshot();
      await registry.apply(changeOf({ revision, featureViews: [viewChange(view, compiledAs(text))] }));
    };
    const served = async (version = 1) =>
      (await registry.snapshot()).featureViews.get("scores")?.versions.get(version)?.served ?? null;
    const leftovers = async () => [await offline.leases(), await offline.sweep([])];
    const nothing = [[], { abandonedRuns: [], droppedTables: [], repairedViews: [] }];

    test("fills, verifies and publishes a view, and reports every phase", async () => {
      await applyView(viewOf(1));
      const reported: MaterializeProgress[] = [];
      const asOf = 1_767_225_600_000_000n + 50n * 60_000_000n;
      const report = await materialize(dependencies, { asOf, onProgress: (progress) => reported.push(progress) });
      expect(report.swept).toEqual({ abandonedRuns: [], droppedTables: [], repairedViews: [] });
      expect(report.views).toMatchObject([
        { view: "scores", version: 1, state: "published", generation: 1, asOf, rows: 10, unparsed: {}, failure: null },
      ]);
      expect(Object.keys(report.views[0]?.durations ?? {})).toEqual(["begin", "fill", "verify", "publish"]);
      expect(reported.map(({ phase }) => phase)).toEqual(["begin", "fill", "verify", "publish", "published"]);
      expect(reported.at(-1)).toMatchObject({ view: "scores", version: 1, position: 1, total: 1, rows: 10 });
      expect(await served()).toMatchObject({ generation: 1, asOf, rows: 10 });
    });

    test("without names: runs versions that are promoted, next to be promoted, or read by any version of a service", async () => {
      for (const version of [1, 2]) await applyView(viewOf(version));
      await materialize(dependencies, { views: ["scores@1", "scores@2"] });
      await applyView(viewOf(3));
      const { revision } = await registry.snapshot();
      await registry.apply(changeOf({ revision, featureServices: [serviceChange(serviceOf(1, 1))] }));
      await applyView(viewOf(1, "Something else", "other"));
      const labels = async () =>
        (await materialize(dependencies)).views.map(({ view, version }) => `${view}@${version}`);
      // Version 3 replaces version 2, which no service reads.
      expect(await labels()).toEqual(["other@1", "scores@1", "scores@3"]);
      expect(await labels()).toEqual(["other@1", "scores@1", "scores@3"]);
      const next = await registry.snapshot();
      const moved = changeOf({ revision: next.revision, featureServices: [serviceChange(serviceOf(2, 3))] });
      await registry.apply(moved);
      expect(await labels()).toEqual(["other@1", "scores@1", "scores@3"]);
    });

    test("computes a promoted version only if the version that replaces it is not published", async () => {
      await applyView(viewOf(1));
      await materialize(dependencies);
      await opened.database.script("create table divisor (value integer); insert into divisor values (0)");
      const broken = compiledAs().text.replace("group by", "and 1 / (select value from divisor) = 1 group by");
      await applyView(viewOf(2), broken);
      const run = async () =>
        (await materialize(dependencies)).views.map(({ version, state }) => `${version} ${state}`);
      expect(await run()).toEqual(["2 failed", "1 published"]);
      await opened.database.script("update divisor set value = 1");
      expect(await run()).toEqual(["2 published"]);
      expect(await served(1)).toMatchObject({ generation: 2 });
    });

    test("refuses unknown names before any run", async () => {
      await applyView(viewOf(1));
      const attempt = (name: string) => materialize(dependencies, { views: ["scores", name] });
      await expect(attempt("score")).rejects.toMatchObject({
        code: "feature_view_not_found",
        detail: expect.stringContaining("scores"),
      });
      await expect(attempt("scores@7")).rejects.toMatchObject({ code: "feature_view_version_not_found" });
      await expect(attempt("scores@x")).rejects.toMatchObject({ code: "feature_view_version_not_found" });
      expect(await served()).toBeNull();
    });

    test("a failing view keeps its generation and does not stop other views", async () => {
      const flag = "select 1 / (select value from divisor)";
      await opened.database.script("create table divisor (value integer); insert into divisor values (1)");
      await applyView(viewOf(1), `${compiledAs().text.replace("group by", `and (${flag}) = 1 group by`)}`);
      await applyView(viewOf(1, "Something else", "xylophone"));
      await materialize(dependencies);
      await opened.database.script("update divisor set value = 0");
      const { views } = await materialize(dependencies);
      expect(views).toMatchObject([
        {
          view: "scores",
          state: "failed",
          failure: {
            code: "statement_failed",
            message: expect.stringMatching(/^division by zero \(.*"events"/),
          },
        },
        { view: "xylophone", state: "published", generation: 2 },
      ]);
      expect(await served()).toMatchObject({ generation: 1 });
      expect(await leftovers()).toEqual(nothing);
    });

    test.for(["NaN", "Infinity", "-Infinity"])("refuses a value of %s with its feature and key", async (value) => {
      await applyView(viewOf(1));
      await opened.database.script(`insert into events values (1000, 77, '${value}', '2026-01-01Z')`);
      const { views } = await materialize(dependencies);
      expect(views[0]).toMatchObject({
        state: "failed",
        failure: {
          code: "non_finite_value",
          message: expect.stringMatching(/^"average" .*\btrack_id 77\b.*value\.gt\(-1e308\)/),
        },
      });
      expect(await served()).toBeNull();
      expect(await leftovers()).toEqual(nothing);
    });

    test("reports values lost in casts and stores them with the run", async () => {
      await applyView(
        viewOf(1),
        compiledAs().text.replace("null::text[]", "case when track_id < 2 then '{average}'::text[] end"),
      );
      const { views } = await materialize(dependencies);
      const unparsed = {
        average: {
          rows: 2,
          examples: [
            { _tenant: "", track_id: 0 },
            { _tenant: "", track_id: 1 },
          ],
          strict: false,
        },
      };
      expect(views[0]).toMatchObject({ state: "published", unparsed });
      const [row] = await opened.database.query<{ unparsed: string }>({ text: "select unparsed from featstore.runs" });
      expect(JSON.parse(row?.unparsed ?? "")).toEqual(unparsed);
    });

    test("fails an aborted run cleanly, and does not start the runs after it", async () => {
      await applyView(viewOf(1));
      await applyView(viewOf(1, "Something else", "xylophone"));
      const abort = new AbortController();
      const report = await materialize(dependencies, {
        signal: abort.signal,
        onProgress: ({ phase }) => {
          if (phase === "verify") abort.abort();
        },
      });
      expect(report.views).toMatchObject([
        { state: "failed", failure: { code: "aborted" } },
        { state: "not_begun", failure: null },
      ]);
      expect(await served()).toBeNull();
      expect(await leftovers()).toEqual(nothing);
    });

    test("does not take over a run whose process is alive, and reports `run_in_progress`", async () => {
      await applyView(viewOf(1));
      const other = await offline.beginRun({ view: "scores", version: 1, holder, asOf: null });
      const { views } = await materialize(dependencies);
      expect(views[0]).toMatchObject({
        state: "failed",
        failure: { code: "run_in_progress", message: expect.stringContaining(`process ${process.pid}`) },
      });
      expect(await fillRun(opened.database, other)).toMatchObject({ rows: 10 });
      await offline.publish(other, {});
    });

    test("takes over a dead run at once", async () => {
      await applyView(viewOf(1));
      const dead = await offline.beginRun({
        view: "scores",
        version: 1,
        holder: { ...holder, identity: "gone" },
        asOf: null,
      });
      await fillRun(opened.database, dead);
      const report = await materialize({ ...dependencies, isDead: async ({ identity }) => identity === "gone" });
      expect(report.views[0]).toMatchObject({ state: "published", generation: 2 });
      expect(await leftovers()).toEqual(nothing);
    });

    test("lets only one of several concurrent runs proceed and reports `run_in_progress` to the others", async () => {
      await applyView(viewOf(1));
      const reports = await Promise.all([1, 2, 3].map(() => materialize(dependencies)));
      const codes = reports.map(({ views }) => views[0]?.failure?.code ?? "published");
      expect(codes).toContain("published");
      expect(codes.filter((code) => code !== "published" && code !== "run_in_progress")).toEqual([]);
      expect(await leftovers()).toEqual([[], expect.anything()]);
    });

    test("stores how far an engine has come, which the list of runs shows until the run ends", async () => {
      await applyView(viewOf(1));
      const runs = createRunStore(opened.database);
      const progress = { stages: 3, stagesDone: 1, tasks: 40, tasksDone: 12 };
      let isListed = false;
      const engine: ViewFills = {
        ...dependencies.engine,
        async fill(run, view, { onProgress, ...options } = {}) {
          onProgress?.({ ...progress, tasksDone: 2 });
          onProgress?.(progress);
          await expect
            .poll(async () => (await runs.list({ limit: 1 }))[0])
            .toMatchObject({ state: "running", progress });
          isListed = true;
          return dependencies.engine.fill(run, view, options);
        },
      };
      expect((await materialize({ ...dependencies, engine })).views).toMatchObject([{ state: "published" }]);
      expect(isListed).toBe(true);
      expect(await runs.list({ limit: 1 })).toMatchObject([{ state: "published", progress: null }]);
    });

    test("stops a run whose lease was taken, with `lease_lost`", async () => {
      await applyView(viewOf(1));
      const theft: RunLog = {
        ...offline,
        async inspect(run, query, options) {
          await offline.beginRun({ view: "scores", version: 1, holder, asOf: null, deadToken: run.token });
          return offline.inspect(run, query, options);
        },
      };
      const { views } = await materialize({ ...dependencies, offline: theft });
      expect(views[0]).toMatchObject({ state: "failed", failure: { code: "lease_lost" } });
    });

    test("counts a publish whose response was lost as published", async () => {
      await applyView(viewOf(1));
      const deaf: RunLog = {
        ...offline,
        async publish(run, unparsed) {
          await offline.publish(run, unparsed);
          throw new Error("the line dropped");
        },
      };
      const { views } = await materialize({ ...dependencies, offline: deaf });
      expect(views[0]).toMatchObject({ state: "published", generation: 1, failure: null });
    });
  });
}

test("aborts a run whose heartbeat is refused", async () => {
  const run = { runId: "1", token: "1", view: "scores", version: 1, generation: 1, table: "scores_v1_g1", asOf: 0n };
  const refuse = () => Promise.reject(new Error("not expected"));
  const never: RunLog = {
    beginRun: async () => run,
    heartbeat: async () => false,
    noteProgress: refuse,
    beginBackfill: refuse,
    noteRepairs: refuse,
    inspect: refuse,
    nonFiniteExample: refuse,
    servedRows: refuse,
    publish: refuse,
    addWarning: refuse,
    noteReadBack: refuse,
    failRun: async () => false,
    profile: refuse,
    keepVectors: refuse,
    runState: async () => "abandoned",
    leases: async () => [],
    sweep: async () => ({ abandonedRuns: [], droppedTables: [], repairedViews: [] }),
  };
  const engine: ViewFills = {
    fill: (_run, _view, options) =>
      new Promise((_resolve, reject) => {
        options?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      }),
    findChanges: refuse,
    sweepStaging: async () => [],
    planChunks: () => null,
    beginChunks: refuse,
    fillChunk: refuse,
    endChunks: refuse,
  };
  const change = viewChange(viewOf(1));
  const registered = {
    ...change,
    state: "active" as const,
    retirement: null,
    sql: change.compiled.text,
    parameters: [],
    compilerVersion: 1,
    appliedAt: 0n,
    lastGeneration: 0,
    served: null,
  };
  const snapshot = {
    revision: 1,
    entities: new Map(),
    featureViews: new Map([["scores", { promoted: 1, next: null, versions: new Map([[1, registered]]) }]]),
    featureServices: new Map(),
  };
  const holder = await thisProcess();
  const report = await materialize(
    { registry: { snapshot: async () => snapshot }, engine, offline: never, holder, isDead: async () => false },
    { heartbeatMs: 1 },
  );
  expect(report.views[0]).toMatchObject({ state: "failed", failure: { code: "lease_lost" } });
});
