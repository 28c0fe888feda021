import type { Database } from "../../src/database/database";
import { isSurelyDead, thisProcess } from "../../src/database/lease-holder";
import { createEngine } from "../../src/engine/index";
import type { MaterializeDependencies } from "../../src/materialization/materialization";
import { createRunLog } from "../../src/materialization/run-log";
import { createRegistryStore } from "../../src/registry/registry-store";

/** The dependencies of runs in this process, whose rows PostgreSQL computes. */
export async function dependenciesOf(database: Database): Promise<MaterializeDependencies> {
  return {
    registry: createRegistryStore(database),
    engine: createEngine(database),
    offline: createRunLog(database),
    holder: await thisProcess(),
    isDead: isSurelyDead,
  };
}
