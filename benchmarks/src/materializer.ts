import { isSurelyDead, thisProcess } from "../../server/src/database/lease-holder";
import { createPostgresDatabase } from "../../server/src/database/postgres-database";
import type { MaterializeDependencies } from "../../server/src/materialization/materialization";
import { createOfflineStore } from "../../server/src/materialization/offline-store";
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
      offline: createOfflineStore(database),
      holder: await thisProcess(),
      isDead: isSurelyDead,
    });
  } finally {
    await database.close();
  }
}
