import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sweep } from "../../../src/materialization/janitor";
import type { MaterializeDependencies, MaterializedView } from "../../../src/materialization/materialization";
import { materialize } from "../../../src/materialization/materialize";
import { bundleChild } from "../../helpers/bundle-child";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { prepare } from "../../registry/fixture";
import { expectNothingLeft, expectWhole } from "./support/expect-nothing-left";
import type { KillOrder } from "./support/kill-child";
import { applyScores, createLake, type Lake, lakeDependencies, writeEvents } from "./support/lake";

/** CI kills at a few moments, `npm run verify:kills` at twenty. LAW_SEED tries others. */
const KILLS = process.env.EVERY_KILL === "1" ? 20 : 3;
const TRACKS = 20_000;

const EVENTS = `
create table events (id bigint primary key, track_id bigint, value float8, created_at timestamptz);
insert into events
  select i, i % ${TRACKS}, i, timestamptz '2026-01-01 00:00:00Z' + i * interval '1 minute' from generate_series(1, ${TRACKS * 10}) as i`;

// Runs follow each other without a pause until a process is killed, so every moment is within a run.
for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`kill -9 during runs of a lake on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let lake: Lake;
    let dependencies: MaterializeDependencies;
    let served: number | null;
    /** Of the last run that nothing disturbed. */
    let durationMs: number;
    beforeAll(async () => {
      [opened, lake] = await Promise.all([target.openMigrated(), createLake()]);
      await prepare(opened.database, EVENTS);
      await writeEvents(join(lake.root, "events.parquet"), TRACKS);
      await applyScores(opened.database, join(lake.root, "*.parquet"));
      dependencies = await lakeDependencies(opened.database, lake);
      await runUndisturbed();
    });
    afterAll(async () => {
      await opened?.drop();
      await lake?.remove();
    });

    async function run(): Promise<MaterializedView> {
      const [done] = (await materialize(dependencies, { views: ["scores"] })).views;
      if (done === undefined) throw new Error("nothing ran");
      if (done.state === "published") served = done.generation;
      return done;
    }

    async function runUndisturbed(): Promise<void> {
      const begun = performance.now();
      expect(await run()).toMatchObject({ state: "published", rows: TRACKS });
      durationMs = performance.now() - begun;
    }

    /** Yields random moments as milliseconds, within about two runs. */
    function* moments(): Generator<number> {
      const seed = Number(process.env.LAW_SEED);
      for (const moment of fc.sample(fc.double({ min: 0, max: 2, noNaN: true }), { numRuns: KILLS, seed }))
        yield moment * durationMs;
    }

    /** Expects a whole generation to be served, nothing of the killed process after a sweep, and the next run to succeed. */
    async function expectRecovery(): Promise<number | null> {
      const { servedGeneration } = await expectWhole(opened.database, TRACKS);
      // DuckDB ends by itself when its parent has died.
      await expect.poll(() => lake.processes()).toEqual([]);
      await sweep(dependencies);
      await expectNothingLeft(opened.database, lake, TRACKS);
      await runUndisturbed();
      await expectNothingLeft(opened.database, lake, TRACKS);
      return servedGeneration;
    }

    test("of DuckDB's process", { timeout: 600_000 }, async () => {
      const failures: unknown[] = [];
      for (const moment of moments()) {
        let isKilled = false;
        const running = (async () => {
          for (;;) {
            const done = await run();
            if (isKilled || done.state !== "published") return done;
          }
        })();
        await sleep(moment);
        await vi.waitFor(() => process.kill(lake.processes()[0] ?? Number.NaN, "SIGKILL"), {
          ...{ interval: 1, timeout: 60_000 },
        });
        isKilled = true;
        const { failure } = await running;
        const generation = served;
        // A run of which DuckDB has already sent all rows is published.
        if (failure !== null) failures.push(failure.code);
        expect(await expectRecovery()).toBe(generation);
      }
      expect(new Set(failures)).toEqual(new Set(["engine_lost"]));
    });

    test("of the server's process", { timeout: 600_000 }, async () => {
      const program = await bundleChild(new URL("./support/kill-child.ts", import.meta.url));
      const order: KillOrder = { url: opened.url ?? "", root: lake.root, staging: lake.staging };
      for (const moment of moments()) {
        const child = fork(program, [JSON.stringify(order)], { execArgv: [] });
        const ended = once(child, "exit");
        await Promise.race([once(child, "message"), ended]);
        await sleep(moment);
        child.kill("SIGKILL");
        expect(await ended).toEqual([null, "SIGKILL"]);
        const before = served ?? 0;
        expect(await expectRecovery()).toBeGreaterThanOrEqual(before);
      }
    });
  });
}
