import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { featstore } from "../featstore-cli";
import type { Figure } from "../figure";
import type { Group, Options } from "../options";
import type { ReferenceDatabase } from "../reference-database";
import { createKeys } from "../serving";
import { measureEndurance } from "./endurance";
import { measureLatency } from "./latency";
import type { OnlineContext } from "./online-context";
import { createPeerWorkload, peerSize } from "./peer-workload";
import { measurePublish } from "./publish";
import { measureReadThroughput } from "./read-throughput";
import { claimRedisDatabase, type RedisDatabase } from "./redis-database";
import { measureRegistryGrowth } from "./registry-growth";
import { hasSetting } from "./servers";
import { measureSnapshot } from "./snapshot";
import { measureVectorSearch } from "./vector-search";
import { measureWorkers } from "./workers";

export interface OnlineResult {
  readonly figures: readonly Figure[];
  /** Skipped measurements and the reasons. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Failed groups and their errors; the other groups were still measured. */
  readonly failed: Readonly<Record<string, string>>;
  /** `redis 7.0.15`; null without Redis. */
  readonly redis: string | null;
}

const measures: Readonly<Record<Group, (context: OnlineContext) => Promise<readonly Figure[]>>> = {
  reads: measureReadThroughput,
  latency: measureLatency,
  publish: measurePublish,
  snapshot: measureSnapshot,
  workers: measureWorkers,
  endurance: measureEndurance,
  search: measureVectorSearch,
  registry: measureRegistryGrowth,
};

/** Measures online serving, each figure with its floor; if one group fails, the others still run. */
export async function measureOnline(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<OnlineResult> {
  const folder = mkdtempSync(join(tmpdir(), "featstore-benchmark-"));
  const skipped: Record<string, string> = {};
  const skip = (what: string, why: string): void => {
    skipped[what] = why;
    report(`online: ${what} is skipped: ${why}`);
  };
  let redis: RedisDatabase | null = null;
  try {
    if (options.redis === null) skip("redis", "TEST_REDIS_URL is not set, and scripts/services.sh knows none");
    else if (!hasSetting("REDIS_URL")) skip("redis", "this Featstore has no setting for it");
    else redis = await claimRedisDatabase(options.redis);
    report("online: materializing the domain's views and the peer's workload");
    await featstore(["materialize"], database.environment);
    await createPeerWorkload(database, folder, peerSize(options.quick));
    const keys = await createKeys(database, options.keys);
    const ids = (await database.sql<{ id: number }[]>`select id from tracks order by id`).map(({ id }) => id);
    const context: OnlineContext = { database, options, folder, keys, ids, redis, report, skip };
    const figures: Figure[] = [];
    const failed: Record<string, string> = {};
    for (const group of options.groups) {
      try {
        figures.push(...(await measures[group](context)));
      } catch (error) {
        failed[group] = error instanceof Error ? error.message : String(error);
        report(`online: ${group} failed: ${failed[group]}`);
      }
    }
    return { figures, skipped, failed, redis: redis?.version ?? null };
  } finally {
    await redis?.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}
