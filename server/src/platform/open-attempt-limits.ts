import type { Config, Logger } from "../core/index";
import type { Database } from "../database/index";
import { type AttemptLimits, createAttemptLimits } from "./attempt-limits";
import { createDatabaseAttempts, createRedisAttempts } from "./attempt-store";
import { createRedisClient } from "./redis-client";

/** How long Redis may take, milliseconds. */
const COMMAND_MS = 500;

/** The parts of `Platform` that counting needs. */
export interface AttemptContext {
  readonly config: Pick<Config, "redis">;
  readonly database: Pick<Database, "query">;
  readonly logger: Pick<Logger, "warn">;
  readonly materializes: boolean;
  onClose(close: () => Promise<void>): void;
}

/** Opens the limits of attempts: counted in Redis if it is configured, else in the database. */
export function openAttemptLimits({ config, database, logger, materializes, onClose }: AttemptContext): AttemptLimits {
  const onFault = (error: unknown) => logger.warn({ err: error }, "attempts are counted by this process alone");
  if (config.redis !== null) {
    const { url, prefix } = config.redis;
    const client = createRedisClient({ url: url.reveal(), commandMs: COMMAND_MS, onFault: () => undefined });
    onClose(async () => client.disconnect());
    const limits = createAttemptLimits({ store: createRedisAttempts(client, prefix), onFault });
    onClose(() => limits.close());
    return limits;
  }
  // A role that only reads cannot count.
  const limits = createAttemptLimits({ store: materializes ? createDatabaseAttempts(database) : null, onFault });
  onClose(() => limits.close());
  return limits;
}
