import { fork } from "node:child_process";
import { describe, expect, test } from "vitest";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";
import { createScheduledRuns } from "../../src/scheduling/run-view";
import { createScheduleStore } from "../../src/scheduling/schedule-store";
import { createScheduler } from "../../src/scheduling/scheduler";
import { bundleChild } from "../helpers/bundle-child";
import { testDatabases } from "../helpers/test-database";
import { changeOf, prepare, viewChange, viewOf } from "../registry/fixture";
import type { KillOrder, KillPoint } from "./killed-leader-order";

const MINUTE = 60_000_000n;
const HOUR = 60n * MINUTE;

/** Lets a child lead up to its point and kills it there. */
async function leadAndKill(order: KillOrder): Promise<void> {
  const program = await bundleChild(new URL("./killed-leader-child.ts", import.meta.url));
  const child = fork(program, [JSON.stringify(order)], { execArgv: [] });
  return new Promise((resolve, reject) => {
    let isAt = false;
    child.on("message", () => {
      isAt = true;
      child.kill("SIGKILL");
    });
    child.once("exit", () => (isAt ? resolve() : reject(new Error("The child ended before its point"))));
  });
}

/** The outcome under the next leader: the pause before its run in minutes, and the states of all runs in the end. */
const points: readonly (readonly [KillPoint, { readonly pause: bigint; readonly states: readonly string[] }])[] = [
  ["claimed", { pause: 0n, states: ["published"] }],
  ["filling", { pause: 1n, states: ["abandoned", "published"] }],
  ["published", { pause: 0n, states: ["published"] }],
];

for (const target of testDatabases("all").filter(({ name }) => name === "postgres-16" || name === "pgbouncer")) {
  describe.skipIf(target.skip)(`a killed leader on ${target.name}`, () => {
    test.for(points)("%s", async ([point, { pause, states }]) => {
      const opened = await target.openMigrated();
      try {
        const { database } = opened;
        await prepare(database);
        const registry = createRegistryStore(database);
        const cron = (text: string) => ({ cron: text, zone: "UTC" });
        const view = { ...viewOf(1), schedule: cron("0 * * * *"), reconcile: cron("0 0 29 2 *") };
        await registry.apply(changeOf({ featureViews: [viewChange(view)] }));
        let now = ((BigInt(Date.now()) * 1000n) / HOUR + 2n) * HOUR;
        await leadAndKill({ url: opened.url ?? "", at: point, now: String(now) });

        const store = createScheduleStore(database);
        const holder = await thisProcess();
        const offline = createRunLog(database);
        const faults: unknown[] = [];
        const scheduler = createScheduler({
          snapshot: () => registry.snapshot(),
          store,
          run: createScheduledRuns({ registry, offline, engine: createEngine(database), holder, isDead: isSurelyDead }),
          holder,
          isDead: isSurelyDead,
          clock: () => now,
          maxRuns: 1,
          onEvent: (event) => event.kind === "fault" && faults.push(event.error),
        });
        await scheduler.tick(); // becomes leader and reads the state of the claim
        expect(scheduler.leaderToken()).not.toBeNull();
        now += pause * MINUTE;
        await scheduler.tick();
        await scheduler.idle();
        await scheduler.tick();
        await scheduler.idle();

        const runs = await database.query<{ state: string }>({
          text: "select state from featstore.runs order by run_id",
        });
        expect(runs.map(({ state }) => state)).toEqual(states);
        const { featureViews } = await registry.snapshot();
        expect(featureViews.get("scores")?.versions.get(1)?.served).toMatchObject({ rows: 10 });
        expect(await store.states()).toMatchObject([{ claim: null, failures: 0, retryAt: null, skipped: 0 }]);
        expect([faults, await offline.leases()]).toEqual([[], []]);
        await scheduler.close(0);
        expect(await store.leader()).toBeNull();
      } finally {
        await opened.drop();
      }
    });
  });
}
