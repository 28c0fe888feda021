import { type Config, type Logger, outsideFaultText, type RedisConfig } from "../core/index";
import { createRedisClient, redisFault } from "../platform/index";
import { createGuardedBuckets } from "./guarded-buckets";
import { createProcessBuckets } from "./process-buckets";
import { createRedisBuckets } from "./redis-buckets";
import type { TokenBuckets } from "./token-buckets";

/** Buckets, and what closes their connection. */
export interface OpenTokenBuckets {
  readonly buckets: TokenBuckets;
  /** True if the buckets are in this process only. */
  readonly isLocal: boolean;
  close(): void;
}

/** The settings that decide where the buckets are. */
export interface LimitSettings {
  readonly redis: Pick<RedisConfig, "url" | "prefix"> | null;
  readonly limits: Pick<Config["limits"], "servers">;
}

/** How long Redis may take, milliseconds. */
const COMMAND_MS = 60;

/** Opens the buckets of this machine: in Redis if it is configured, otherwise in this process. */
export function openTokenBuckets({ redis, limits }: LimitSettings, logger: Logger): OpenTokenBuckets {
  if (redis === null) return { buckets: createProcessBuckets(), isLocal: true, close: () => undefined };
  // A connection of its own, because commands of the online store may wait longer.
  let fault: string | undefined;
  const onFault = (error: Error): void => {
    fault = outsideFaultText(redisFault(error));
  };
  const client = createRedisClient({ url: redis.url.reveal(), commandMs: COMMAND_MS, onFault });
  const { servers } = limits;
  const buckets = createGuardedBuckets({
    shared: createRedisBuckets(client, redis.prefix),
    local: createProcessBuckets({ servers }),
    servers,
    onChange(isShared) {
      if (isShared) fault = undefined;
      if (isShared) logger.info({}, "Redis decides about limits again");
      else logger.warn({ servers, fault }, "Redis does not answer: this server allows its share of the limits");
    },
  });
  return {
    buckets,
    isLocal: false,
    close() {
      buckets.close();
      client.disconnect();
    },
  };
}
