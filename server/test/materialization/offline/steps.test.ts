import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Run } from "../../../src/engine/index";
import { createRunLog, type RunLog } from "../../../src/materialization/run-log";
import { createRegistryStore, type RegistryStore, type RegistryWriter } from "../../../src/registry/registry-store";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
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
} from "../../registry/fixture";

const first = { view: "scores", version: 1, holder: someone, asOf: null };

for (const target of testDatabases("all")) {
  describe.skipIf(target.skip)(`steps of a run on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let registry: RegistryStore & RegistryWriter;
    let offline: RunLog;

    beforeEach(async () => {
      opened = await target.openMigrated();
      await prepare(opened.database);
      registry = createRegistryStore(opened.database);
      offline = createRunLog(opened.database);
    });
    afterEach(() => opened?.drop());

    const applyView = (text?: string, version = 1) =>
      registry
        .snapshot()
        .then(({ revision }) =>
          registry.apply(changeOf({ revision, featureViews: [viewChange(viewOf(version), compiledAs(text))] })),
        );
    const publishRun = async (request = first): Promise<Run> => {
      const run = await offline.beginRun(request);
      await fillRun(opened.database, run);
      await offline.publish(run, {});
      return run;
    };
    const tables = async (): Promise<readonly string[]> => {
      const rows = await opened.database.query<{ name: string }>({
        text: "select relname as name from pg_class where relnamespace = 'features'::regnamespace and relname ~ '_g[0-9]+$' order by 1",
      });
      return rows.map(({ name }) => name);
    };
    const generationsServed = async (version = 1): Promise<number | undefined> =>
      (await registry.snapshot()).featureViews.get("scores")?.versions.get(version)?.served?.generation;

    test("fills a run and then serves it, as of the requested microsecond", async () => {
      await applyView();
      const asOf = 1_767_225_600_000_000n + 50n * 60_000_000n + 123_456n; // 2026-01-01T00:50:00.123456Z
      const run = await offline.beginRun({ ...first, asOf });
      expect(run).toMatchObject({ generation: 1, table: "scores_v1_g1", asOf });
      expect(await fillRun(opened.database, run)).toEqual({ rows: 10, ignoredRows: 0 });
      expect(await generationsServed()).toBeUndefined();
      const before = await registry.revision();
      const revision = await offline.publish(run, {
        unparsed: { average: { rows: 1, examples: [{ track_id: 7 }], strict: false } },
      });
      expect(revision).toBeGreaterThan(before);

      const served = (await registry.snapshot()).featureViews.get("scores")?.versions.get(1)?.served;
      expect(served).toMatchObject({ generation: 1, asOf, table: "scores_v1_g1", rows: 10 });
      expect(await offline.runState(run.runId)).toBe("published");
      expect(await offline.leases()).toEqual([]);
      const people = await opened.database.query({
        text: "select average, events from features.scores_v1 where track_id = 1",
      });
      expect(people).toEqual([{ average: 21, events: 5 }]); // 1, 11, 21, 31, 41
      const [key] = await opened.database.query({
        text: "select pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = 'features.scores_v1_g1_rows'::regclass and contype = 'p'",
      });
      expect(key).toEqual({ definition: "PRIMARY KEY (_tenant, track_id, _from)" });
    });

    test("never reuses generation numbers, whatever becomes of their runs", async () => {
      await applyView();
      const failed = await offline.beginRun(first);
      await fillRun(opened.database, failed);
      expect(await offline.failRun(failed, { code: "aborted", message: "given up" })).toBe(true);
      const numbers = [failed.generation];
      for (let index = 0; index < 4; index += 1) numbers.push((await publishRun()).generation);
      await offline.sweep([]);
      numbers.push((await publishRun()).generation);
      expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
    });

    test("the sweep keeps the two newest published generations", async () => {
      await applyView();
      for (let index = 0; index < 4; index += 1) await publishRun();
      const report = await offline.sweep([]);
      expect(report).toEqual({ abandonedRuns: [], droppedTables: ["scores_v1_g1", "scores_v1_g2"], repairedViews: [] });
      expect(await tables()).toEqual(["scores_v1_g3", "scores_v1_g4"]);
      expect(await offline.sweep([])).toEqual({ abandonedRuns: [], droppedTables: [], repairedViews: [] });
    });

    test("a failed run keeps the served generation, and leaves no table and no lease", async () => {
      await applyView();
      await publishRun();
      const run = await offline.beginRun(first);
      await fillRun(opened.database, run);
      expect(await offline.failRun(run, { code: "non_finite_value", message: "NaN" })).toBe(true);
      expect(await offline.failRun(run, { code: "again", message: "" })).toBe(false);
      expect([await tables(), await offline.leases(), await generationsServed()]).toEqual([["scores_v1_g1"], [], 1]);
      const [row] = await opened.database.query({
        text: "select state, failure_code, failure_message from featstore.runs where run_id = $1::text::bigint",
        parameters: [run.runId],
      });
      expect(row).toEqual({ state: "failed", failure_code: "non_finite_value", failure_message: "NaN" });
    });

    test("refuses two rows of one key with an example", async () => {
      const rows = compiledAs().text;
      await applyView(`${rows} union all ${rows}`);
      const run = await offline.beginRun(first);
      await expect(fillRun(opened.database, run)).rejects.toMatchObject({
        code: "duplicate_key",
        message: expect.stringContaining("track_id"),
      });
      await offline.failRun(run, { code: "duplicate_key", message: "" });
      expect(await tables()).toEqual([]);
    });

    test("refuses a column of another type than compiled", async () => {
      await applyView(compiledAs().text.replace("count(*)::integer", "count(*)::bigint"));
      const run = await offline.beginRun(first);
      await expect(fillRun(opened.database, run)).rejects.toMatchObject({
        code: "columns_differ",
        parameters: { column: "events", declared: "integer", filled: "bigint" },
      });
    });

    test("a failed fill can be retried on the same connections", async () => {
      await applyView(compiledAs().text.replace("avg(value)", "avg(1 / (value - value))"));
      for (let index = 0; index < 3; index += 1) {
        const run = await offline.beginRun(first);
        await expect(fillRun(opened.database, run)).rejects.toMatchObject({
          code: "statement_failed",
          sqlState: "22012",
        });
        await offline.failRun(run, { code: "statement_failed", message: "division by zero" });
      }
      if (target.name === "pgbouncer") return;
      expect(
        await opened.database.query({ text: "select name from pg_prepared_statements where name like 'featstore%'" }),
      ).toEqual([]);
    });

    test("lets one of two runs proceed, and tells the other the holder", async () => {
      await applyView();
      const results = await Promise.allSettled([offline.beginRun(first), offline.beginRun(first)]);
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const refused = results.find((result) => result.status === "rejected");
      expect(refused?.reason).toMatchObject({ code: "run_in_progress", parameters: { holder: someone } });
    });

    test("runs two versions of one view side by side", async () => {
      await applyView();
      await applyView(undefined, 2);
      const runs = await Promise.all([1, 2].map((version) => offline.beginRun({ ...first, version })));
      await Promise.all(runs.map((run) => fillRun(opened.database, run)));
      await Promise.all(runs.map((run) => offline.publish(run, {})));
      expect([await generationsServed(1), await generationsServed(2)]).toEqual([1, 1]);
    });

    test("a run that lost its lease can do nothing more", async () => {
      await applyView();
      const dead = await offline.beginRun(first);
      await fillRun(opened.database, dead);
      const run = await offline.beginRun({ ...first, deadToken: dead.token });
      expect(await tables()).toEqual([]);
      expect(await offline.runState(dead.runId)).toBe("abandoned");
      expect(await offline.heartbeat(dead)).toBe(false);
      await expect(fillRun(opened.database, dead)).rejects.toMatchObject({ code: "lease_lost" });
      await expect(offline.inspect(dead, "select 1 as one")).rejects.toMatchObject({ code: "lease_lost" });
      await expect(offline.publish(dead, {})).rejects.toMatchObject({ code: "lease_lost" });
      expect(await offline.failRun(dead, { code: "x", message: "x" })).toBe(false);
      expect(await offline.heartbeat(run)).toBe(true);
      await fillRun(opened.database, run);
      await offline.publish(run, {});
      expect(await generationsServed()).toBe(2);
    });

    test("takes over an expired lease without knowing whether the holder is dead", async () => {
      await applyView();
      const dead = await offline.beginRun(first);
      await opened.database.query({
        text: "update featstore.leases set expires_at = clock_timestamp() - interval '1 second'",
      });
      await publishRun();
      expect(await offline.runState(dead.runId)).toBe("abandoned");
    });

    test("the sweep ends runs whose lease expired or whose holder is dead", async () => {
      await applyView();
      await applyView(undefined, 2);
      const [silent, dead] = [await offline.beginRun(first), await offline.beginRun({ ...first, version: 2 })];
      await fillRun(opened.database, silent);
      await opened.database.query({
        text: "update featstore.leases set expires_at = clock_timestamp() where token = $1::text::bigint",
        parameters: [silent.token],
      });
      const report = await offline.sweep([dead.token]);
      expect(report.abandonedRuns).toEqual([silent.runId, dead.runId]);
      expect([await tables(), await offline.leases()]).toEqual([[], []]);
    });

    test("promotes a newer version with its first publish, and a service with the first publish of its last view", async () => {
      await applyView();
      await registry.apply(changeOf({ revision: 1, featureServices: [serviceChange(serviceOf(1, 1))] }));
      await publishRun();
      const { revision } = await registry.snapshot();
      await registry.apply(
        changeOf({
          revision,
          featureViews: [viewChange(viewOf(2))],
          featureServices: [serviceChange(serviceOf(2, 2))],
        }),
      );
      const waiting = await registry.snapshot();
      expect(waiting.featureViews.get("scores")).toMatchObject({ promoted: 1, next: 2 });
      expect(waiting.featureServices.get("ranker")).toMatchObject({ promoted: 1, next: 2 });
      await publishRun({ ...first, version: 2 });
      const after = await registry.snapshot();
      expect(after.featureViews.get("scores")).toMatchObject({ promoted: 2, next: null });
      expect(after.featureServices.get("ranker")).toMatchObject({ promoted: 2, next: null });
    });

    test("keeps the stored SQL of a version that was filled", async () => {
      await applyView();
      await publishRun();
      const { revision } = await registry.snapshot();
      const newer = viewChange(viewOf(1, "Said better"), compiledAs(`${compiledAs().text} -- newer`));
      await registry.apply(changeOf({ revision, featureViews: [newer] }));
      const registered = (await registry.snapshot()).featureViews.get("scores")?.versions.get(1);
      expect(registered?.sql).toBe(compiledAs().text);
      expect(registered?.view.description).toBe("Said better");
    });

    test("refuses a view that is not applied and an as-of time in the future", async () => {
      await expect(offline.beginRun(first)).rejects.toMatchObject({ code: "view_not_applied" });
      await applyView();
      await expect(offline.beginRun({ ...first, asOf: 32_503_680_000_000_000n })).rejects.toMatchObject({
        code: "as_of_in_future",
      });
      const run = await offline.beginRun(first);
      await expect(offline.publish(run, {})).rejects.toMatchObject({ code: "run_not_filled" });
    });
  });
}
