import type { Registry } from "prom-client";
import type { Config, Logger } from "../core/index";
import type { Database } from "../database/index";

export type { AttemptLimits } from "./attempt-limits";
export { openAttemptLimits } from "./open-attempt-limits";
export type { OutsidePart } from "./outside-part";
export { createRedisClient, gatherWrites, type RedisClient } from "./redis-client";
export { redisFault, redisPart } from "./redis-part";
export { tryTls } from "./tls-handshake";

/** The dependencies that every module of a server gets. */
export interface Platform {
  readonly config: Config;
  readonly database: Database;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock: () => number;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** False if the role of the database only reads: then nothing is materialized, swept or scheduled. */
  readonly materializes: boolean;
  /** Worker processes that share the port. */
  readonly processes: number;
  /** Registers what to close; the last one registered closes first. */
  onClose(close: () => Promise<void>): void;
}
