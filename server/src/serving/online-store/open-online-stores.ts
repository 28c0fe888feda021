import { type Logger, outsideFaultText, type RedisConfig } from "../../core/index";
import { readDatabaseIdentity } from "../../database/index";
import { createRedisClient, type Platform, type RedisClient, redisFault } from "../../platform/index";
import { createGuardedOnlineStore, type GuardedOutcome } from "./guarded-online-store";
import { createMemoryOnlineStore, type MemoryEvent, type MemoryOnlineStore } from "./memory-online-store";
import type { OnlineStore } from "./online-store";
import {
  createChangesLoader,
  createGenerationCheck,
  createGenerationLoader,
  createPostgresOnlineStore,
} from "./postgres-online-store";
import { createRedisOnlineStore, type RedisEvent } from "./redis/redis-online-store";
import { createTieredOnlineStore } from "./tiered-online-store";

/** The stores for serving: the configured one, and PostgreSQL behind it. */
export interface OnlineStores {
  readonly onlineStore: OnlineStore;
  /** The first tier, if it is this process's memory. */
  readonly memory: MemoryOnlineStore | undefined;
  /** Outcomes of reads from the first tier, if it is Redis. */
  readonly redisOutcomes: ReadonlyMap<GuardedOutcome, number> | undefined;
}

/** Opens the configured online store. An unreachable Redis does not keep a server from starting. */
export function openOnlineStores({
  config,
  database,
  logger,
  onClose,
}: Pick<Platform, "config" | "database" | "logger" | "onClose">): OnlineStores {
  const { kind, memoryBytes } = config.onlineStore;
  const load = createGenerationLoader(database);
  const loadChanges = createChangesLoader(database);
  const onEvent = (event: MemoryEvent): void => logMemoryEvent(logger, event);
  const memory =
    kind === "memory" ? createMemoryOnlineStore({ load, loadChanges, limitBytes: memoryBytes, onEvent }) : undefined;
  const redisOutcomes = kind === "redis" ? new Map<GuardedOutcome, number>() : undefined;
  const tiers: OnlineStore[] = memory === undefined ? [] : [memory];
  if (redisOutcomes !== undefined && config.redis !== null) {
    const { url, prefix, buckets, readMs } = config.redis;
    const client = openRedis(url, logger);
    onClose(async () => client.disconnect());
    const store = createRedisOnlineStore({
      client,
      load,
      loadChanges,
      isPublished: createGenerationCheck(database),
      prefix,
      buckets,
      identity: () => readDatabaseIdentity(database),
      onEvent: (event) => logRedisEvent(logger, event),
    });
    const onOutcome = (outcome: GuardedOutcome): unknown =>
      redisOutcomes.set(outcome, (redisOutcomes.get(outcome) ?? 0) + 1);
    tiers.push(createGuardedOnlineStore(store, { maxMs: readMs, onOutcome }));
  }
  const onlineStore = createTieredOnlineStore([...tiers, createPostgresOnlineStore(database)]);
  return { onlineStore, memory, redisOutcomes };
}

function openRedis(url: RedisConfig["url"], logger: Logger): RedisClient {
  let wasReported = false;
  const client = createRedisClient({
    url: url.reveal(),
    onFault(error) {
      // Every attempt to reconnect fails in the same way.
      const fault = outsideFaultText(redisFault(error));
      if (!wasReported) logger.warn({ fault }, "Redis cannot be reached: reads go to PostgreSQL instead");
      wasReported = true;
    },
  });
  client.on("ready", () => {
    wasReported = false;
    logger.info({}, "connected to Redis");
  });
  return client;
}

/** Returns the kind of an error, `ReplyError: OOM`, without anything that was sent. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return `${error.name}: ${/^[A-Z]+(?= )/.exec(error.message)?.[0] ?? ("code" in error ? String(error.code) : "failed")}`;
}

function logRedisEvent(logger: Logger, event: RedisEvent): void {
  switch (event.kind) {
    case "filled":
      logger.info({ table: event.table, rows: event.rows }, "generation written to Redis");
      return;
    case "removed":
      logger.info({ tables: event.tables }, "generations removed from Redis");
      return;
    case "failed":
      // A Redis error contains its command, and so rows.
      logger.warn({ table: event.table, fault: faultOf(event.error) }, "generation could not be written to Redis");
      return;
    default:
      event satisfies never;
  }
}

function logMemoryEvent(logger: Logger, event: MemoryEvent): void {
  switch (event.kind) {
    case "loaded":
      logger.info(
        { table: event.table, rows: event.rows, loaded_rows: event.loadedRows, bytes: event.bytes },
        "generation loaded into memory",
      );
      return;
    case "left_out":
      logger.warn(
        { table: event.table, limit_bytes: event.limitBytes },
        "generation does not fit into online_store.memory_mb and is read from PostgreSQL",
      );
      return;
    case "failed":
      logger.warn(
        { table: event.table, err: event.error },
        "generation could not be loaded and is read from PostgreSQL",
      );
      return;
    default:
      event satisfies never;
  }
}
