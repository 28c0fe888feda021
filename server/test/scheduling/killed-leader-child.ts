import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { createEngine, type ViewFills } from "../../src/engine/index";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";
import { createScheduledRuns } from "../../src/scheduling/run-view";
import { createScheduleStore } from "../../src/scheduling/schedule-store";
import { createScheduler } from "../../src/scheduling/scheduler";
import type { KillOrder, KillPoint } from "./killed-leader-order";

const order = JSON.parse(process.argv[2] ?? "") as KillOrder;
const database = createPostgresDatabase({ url: order.url, poolSize: 3, prepare: false });
const registry = createRegistryStore(database);
const offline = createRunLog(database);

/** Reports that the point is reached, and then waits to be killed. */
async function stopAt(point: KillPoint): Promise<void> {
  if (order.at !== point) return;
  process.send?.("at");
  await new Promise(() => {});
}

const engine = createEngine(database);
const stopping: ViewFills = {
  ...engine,
  async fill(run, view, options) {
    await stopAt("filling");
    return engine.fill(run, view, options);
  },
};
const holder = await thisProcess();
const run = createScheduledRuns({ registry, offline, engine: stopping, holder, isDead: isSurelyDead });
const scheduler = createScheduler({
  snapshot: () => registry.snapshot(),
  store: createScheduleStore(database),
  async run(scheduled) {
    await stopAt("claimed");
    const end = await run(scheduled);
    await stopAt("published");
    return end;
  },
  holder,
  isDead: isSurelyDead,
  clock: () => BigInt(order.now),
  maxRuns: 1,
  onEvent: () => undefined,
});
await scheduler.tick();
await scheduler.idle();
