import { type Config, type Logger, outsideFaultText } from "../core/index";
import { type Database, DatabaseError } from "../database/index";
import { type AttemptLimits, createAttemptLimits } from "./attempt-limits";
import { type AttemptStore, createDatabaseAttempts, createRedisAttempts } from "./attempt-store";
import { createRedisClient } from "./redis-client";
import { redisFault } from "./redis-part";

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
  let isFailing = false;
  const onFault = (error: unknown) => {
    // Every attempt would log the same.
    if (!isFailing) logger.warn({ fault: faultOf(error) }, "attempts are counted by this process alone");
    isFailing = true;
  };
  const watched = (store: AttemptStore): AttemptStore => ({
    ...store,
    async add(...attempt) {
      const counted = await store.add(...attempt);
      isFailing = false;
      return counted;
    },
  });
  if (config.redis !== null) {
    const { url, prefix } = config.redis;
    const client = createRedisClient({ url: url.reveal(), commandMs: COMMAND_MS, onFault: () => undefined });
    onClose(async () => client.disconnect());
    const limits = createAttemptLimits({ store: watched(createRedisAttempts(client, prefix)), onFault });
    onClose(() => limits.close());
    return limits;
  }
  // A role that only reads cannot count.
  const store = materializes ? watched(createDatabaseAttempts(database)) : null;
  const limits = createAttemptLimits({ store, onFault });
  onClose(() => limits.close());
  return limits;
}

function faultOf(error: unknown): string {
  if (error instanceof DatabaseError) return error.code;
  return error instanceof Error ? outsideFaultText(redisFault(error)) : String(error);
}
