import { isSurelyDead, thisProcess } from "../../server/src/database/lease-holder";
import { createPostgresDatabase } from "../../server/src/database/postgres-database";
import { createEngine } from "../../server/src/engine/index";
import type { MaterializeDependencies } from "../../server/src/materialization/materialization";
import { createRunLog } from "../../server/src/materialization/run-log";
import { createRegistryStore } from "../../server/src/registry/registry-store";

/** Opens the dependencies of runs in this process while `use` runs. */
export async function withMaterializer<Result>(
  url: string,
  use: (dependencies: MaterializeDependencies) => Promise<Result>,
): Promise<Result> {
  const database = createPostgresDatabase({ url });
  try {
    return await use({
      registry: createRegistryStore(database),
      engine: createEngine(database),
      offline: createRunLog(database),
      holder: await thisProcess(),
      isDead: isSurelyDead,
    });
  } finally {
    await database.close();
  }
}
