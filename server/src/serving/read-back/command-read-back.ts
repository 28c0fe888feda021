import { setTimeout as pause } from "node:timers/promises";
import type { Config } from "../../core/index";
import { type Database, readDatabaseIdentity } from "../../database/index";
import { createRedisClient } from "../../platform/index";
import { createPostgresOnlineStore } from "../online-store/postgres-online-store";
import { createRedisReader } from "../online-store/redis/redis-reader";
import { createTieredOnlineStore } from "../online-store/tiered-online-store";
import { createReadBack, type ReadBack, type ReadBackStore } from "./read-back";

/** The most time that a command waits until a server has loaded its generations into Redis, milliseconds. */
const MAX_WAIT_MS = 5_000;
const POLL_MS = 50;

/** The read-back of a command, which closes it. It connects to Redis with the first read. */
export interface CommandReadBack {
  readonly read: ReadBack;
  close(): Promise<void>;
}

/**
 * Reads rows back from Redis if the servers use it, else from PostgreSQL. A command loads nothing into Redis: it waits for a server
 * that does.
 */
export function openCommandReadBack(
  database: Database,
  config: Pick<Config, "onlineStore" | "redis">,
): CommandReadBack {
  let opened: ReadBackStore | undefined;
  return {
    read(...parameters) {
      opened ??= openStore(database, config);
      return createReadBack(database, opened)(...parameters);
    },
    close: async () => opened?.onlineStore.close(),
  };
}

function openStore(database: Database, { onlineStore, redis }: Pick<Config, "onlineStore" | "redis">): ReadBackStore {
  const { kind } = onlineStore;
  const postgres = createPostgresOnlineStore(database);
  if (kind !== "redis" || redis === null) return { onlineStore: postgres, loads: async () => kind === "postgres" };
  const { url, prefix, buckets } = redis;
  const client = createRedisClient({ url: url.reveal(), onFault: () => undefined });
  const reader = createRedisReader({ client, prefix, buckets, identity: () => readDatabaseIdentity(database) });
  // For all generations together: without a server, nothing is loaded.
  let leftMs = MAX_WAIT_MS;
  return {
    onlineStore: createTieredOnlineStore([reader, postgres]),
    async loads(registered, signal) {
      while (!(await reader.hasLoaded(registered))) {
        if (leftMs <= 0 || signal?.aborted === true) return false;
        await pause(POLL_MS);
        leftMs -= POLL_MS;
      }
      return true;
    },
  };
}
