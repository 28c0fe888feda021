import { randomUUID } from "node:crypto";
import { type BucketLayout, bucketKeys } from "./bucket-layout";
import { FORGET_TABLE } from "./bucket-scripts";
import type { RedisClient } from "./redis-client";

/** Replicas that lag behind may still serve a table that others have no use for. */
const RETAIN_MS = 600_000;
const NOTED_MS = 60_000;

/** The tables of which Redis has rows, so that those which nobody serves any longer can be forgotten. */
export interface KnownTables {
  /**
   * Notes that the tables are served; forgets those that were not for ten minutes, or `atOnce` all others, and gives
   * their names.
   */
  note(layout: BucketLayout, tables: readonly string[], atOnce?: boolean): Promise<readonly string[]>;
  /** Takes note of tables that are in Redis, whoever brought them: from now on they may be forgotten too. */
  heard(layout: BucketLayout, tables: Iterable<string>): Promise<void>;
}

export function createKnownTables(client: RedisClient, clock: () => number = Date.now): KnownTables {
  const noted = new Map<string, number>();
  const keyOf = ({ prefix }: BucketLayout): string => `${prefix}:known`;
  return {
    async note(layout, tables, atOnce = false) {
      const now = clock();
      const key = keyOf(layout);
      for (const table of noted.keys()) if (!tables.includes(table)) noted.delete(table);
      const due = tables.filter((table) => now - (noted.get(table) ?? 0) >= NOTED_MS);
      if (due.length === 0 && !atOnce) return [];
      if (due.length > 0) await client.hset(key, Object.fromEntries(due.map((table) => [table, String(now)])));
      for (const table of due) noted.set(table, now);
      const all = await client.hgetall(key);
      const stale = Object.entries(all)
        .filter(([table, at]) => !tables.includes(table) && (atOnce || now - Number(at) > RETAIN_MS))
        .map(([table]) => table);
      for (const table of stale) {
        await Promise.all(
          bucketKeys(layout).map((bucket) => client.eval(FORGET_TABLE, 1, bucket, table, randomUUID())),
        );
        await client.hdel(key, table);
      }
      return stale;
    },
    async heard(layout, tables) {
      for (const table of tables) await client.hsetnx(keyOf(layout), table, String(clock()));
    },
  };
}
