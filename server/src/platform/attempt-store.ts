import { RateLimiterRedis } from "rate-limiter-flexible";
import { type Database, ownQuery } from "../database/index";
import type { RedisClient } from "./redis-client";

/** Counts that several processes share. */
export interface AttemptStore {
  /** Adds attempts to a window, which lasts `seconds` from its first one. */
  add(name: string, attempts: number, seconds: number): Promise<AttemptWindow>;
  remove(name: string): Promise<void>;
}

export interface AttemptWindow {
  readonly total: number;
  readonly endsInMs: number;
}

const DEADLINE_MS = 2000;

export function createDatabaseAttempts(database: Pick<Database, "query">): AttemptStore {
  return {
    async add(name, attempts, seconds) {
      const [row] = await ownQuery<{ total: number; ends: number }>(
        database,
        {
          text: `select total::integer as total, ends_in_ms as ends
            from featstore.count_attempts($1::text, $2::text::bigint, $3::text::double precision)`,
          parameters: [name, String(attempts), String(seconds)],
        },
        { deadlineMs: DEADLINE_MS },
      );
      return { total: Number(row?.total ?? attempts), endsInMs: Number(row?.ends ?? seconds * 1000) };
    },
    async remove(name) {
      const text = "delete from featstore.attempts where name = $1::text";
      await ownQuery(database, { text, parameters: [name] }, { deadlineMs: DEADLINE_MS });
    },
  };
}

export function createRedisAttempts(client: RedisClient, prefix: string): AttemptStore {
  const limiter = new RateLimiterRedis({
    storeClient: client,
    keyPrefix: `${prefix}:attempts`,
    points: 1,
    duration: 1,
  });
  return {
    async add(name, attempts, seconds) {
      // Adds without refusing: the limit decides.
      const { consumedPoints, msBeforeNext } = await limiter.penalty(name, attempts, { customDuration: seconds });
      return { total: consumedPoints, endsInMs: msBeforeNext };
    },
    remove: async (name) => void (await limiter.delete(name)),
  };
}
