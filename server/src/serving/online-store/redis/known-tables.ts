import { randomUUID } from "node:crypto";
import type { RedisClient } from "../../../platform/index";
import { type BucketLayout, bucketKeys } from "./bucket-layout";
import { FORGET_TABLE } from "./bucket-scripts";

/** Lagging replicas may still serve a table that others no longer use. */
const RETAIN_MS = 600_000;
const NOTED_MS = 60_000;

/** Tracks the tables with rows in Redis, to forget those that are no longer served. */
export interface KnownTables {
  /**
   * Marks the tables as served, forgets tables not served for ten minutes (with `atOnce` all others), and returns the names
   * of the forgotten ones.
   */
  note(layout: BucketLayout, tables: readonly string[], atOnce?: boolean): Promise<readonly string[]>;
  /** Registers tables found in Redis, including those that other servers loaded, so that they can be removed too. */
  register(layout: BucketLayout, tables: Iterable<string>): Promise<void>;
}

export function createKnownTables(client: RedisClient, clock: () => number = Date.now): KnownTables {
  const lastNoted = new Map<string, number>();
  const keyOf = ({ prefix }: BucketLayout): string => `${prefix}:known`;
  return {
    async note(layout, tables, atOnce = false) {
      const now = clock();
      const key = keyOf(layout);
      for (const table of lastNoted.keys()) if (!tables.includes(table)) lastNoted.delete(table);
      const due = tables.filter((table) => now - (lastNoted.get(table) ?? 0) >= NOTED_MS);
      if (due.length === 0 && !atOnce) return [];
      if (due.length > 0) await client.hset(key, Object.fromEntries(due.map((table) => [table, String(now)])));
      for (const table of due) lastNoted.set(table, now);
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
    async register(layout, tables) {
      for (const table of tables) await client.hsetnx(keyOf(layout), table, String(clock()));
    },
  };
}
