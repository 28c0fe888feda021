import { type ChildProcess, fork } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MaterializeDependencies } from "../../../src/materialization/materialization";
import { materialize } from "../../../src/materialization/materialize";
import { bundleChild } from "../../helpers/bundle-child";
import { type OpenTestDatabase, testDatabases } from "../../helpers/test-database";
import { survey } from "../../materialization/crash/actions";
import { prepare } from "../../registry/fixture";
import type { KillOrder } from "./support/kill-child";
import { applyScores, createLake, type Lake, lakeDependencies, writeEvents } from "./support/lake";

/** CI kills at a few moments, `npm run verify:kills` at twenty. */
const KILLS = process.env.EVERY_KILL === "1" ? 20 : 3;
const TRACKS = 20_000;

const EVENTS = `
create table events (id bigint primary key, track_id bigint, value float8, created_at timestamptz);
insert into events
  select i, i % ${TRACKS}, i, timestamptz '2026-01-01 00:00:00Z' + i * interval '1 minute' from generate_series(1, ${TRACKS * 10}) as i`;

for (const target of testDatabases("main").filter(({ kind }) => kind === "postgres")) {
  describe.skipIf(target.skip)(`kill -9 during runs of a lake on ${target.name}`, () => {
    let opened: OpenTestDatabase;
    let lake: Lake;
    let dependencies: MaterializeDependencies;
    beforeEach(async () => {
      [opened, lake] = await Promise.all([target.openMigrated(), createLake()]);
      await prepare(opened.database, EVENTS);
      await writeEvents(join(lake.root, "events.parquet"), TRACKS);
      await applyScores(opened.database, join(lake.root, "*.parquet"));
      dependencies = await lakeDependencies(opened.database, lake);
    });
    afterEach(async () => {
      await opened?.drop();
      await lake?.remove();
    });
    const run = async () => (await materialize(dependencies, { views: ["scores"] })).views[0];

    /** Expects a whole generation to be served, and after the next run nothing of the killed process. */
    async function expectRecovery(): Promise<void> {
      const before = await survey(opened.database);
      expect([before.servedRows, before.peopleRows, before.wrongRows]).toEqual([TRACKS, TRACKS, 0]);
      expect(await run()).toMatchObject({ state: "published", rows: TRACKS });
      const after = await survey(opened.database);
      expect(after.servedGeneration).toBeGreaterThan(before.servedGeneration ?? 0);
      expect([after.servedRows, after.wrongRows, after.relations]).toEqual([TRACKS, 0, after.expectedRelations]);
      expect([after.leases, after.runningRuns, after.unfinishedGenerations]).toEqual([0, 0, 0]);
      expect(await lake.leftovers()).toEqual([]);
    }

    test("of DuckDB's process", { timeout: 600_000 }, async () => {
      const begun = performance.now();
      await run();
      const duration = performance.now() - begun;
      let killed = 0;
      for (let index = 0; index < KILLS; index++) {
        const running = run();
        await sleep(((index + 0.5) / KILLS) * duration);
        const pid = duckdbOf(process.pid);
        if (pid !== undefined) process.kill(pid, "SIGKILL");
        const ended = await running;
        if (ended?.state === "failed") {
          killed += 1;
          expect(ended.failure?.code).toBe("engine_lost");
        }
        await expectRecovery();
      }
      expect(killed).toBeGreaterThan(0);
    });

    test("of the server's process", { timeout: 600_000 }, async () => {
      const program = await bundleChild(new URL("./support/kill-child.ts", import.meta.url));
      const order: KillOrder = { url: opened.url ?? "", root: lake.root, staging: lake.staging };
      const start = async (): Promise<ChildProcess> => {
        const child = fork(program, [JSON.stringify(order)]);
        await nextMessage(child);
        return child;
      };
      const undisturbed = await start();
      const begun = performance.now();
      expect(await nextMessage(undisturbed)).toBe("published");
      const duration = performance.now() - begun;
      for (let index = 0; index < KILLS; index++) {
        const child = await start();
        await sleep(((index + 0.5) / KILLS) * duration);
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await ended;
        await expectRecovery();
      }
    });
  });
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code, signal) => reject(new Error(`The process ended with ${signal ?? code}`)));
  });
}

/** Finds the process of DuckDB that a process has started. */
function duckdbOf(parent: number): number | undefined {
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, "utf8");
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
      if (status.includes(`PPid:\t${parent}\n`) && command.includes("duckdb-child")) return Number(name);
    } catch {
      // It has ended.
    }
  }
  return undefined;
}
