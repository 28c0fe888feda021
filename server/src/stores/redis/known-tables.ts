import { removeTable } from "./bucket-filler";
import type { BucketLayout } from "./bucket-layout";
import type { RedisClient } from "./redis-client";

/** Replicas that lag behind may still serve a table that others have no use for. */
const KEPT_MS = 600_000;
const NOTED_MS = 60_000;

/** The tables of which Redis has rows, so that those which nobody serves any longer can be removed. */
export interface KnownTables {
  /**
   * Notes that the tables are served; removes those that were not for ten minutes, or `atOnce` all others, and gives
   * their names.
   */
  note(layout: BucketLayout, tables: readonly string[], atOnce?: boolean): Promise<readonly string[]>;
}

export function createKnownTables(client: RedisClient, clock: () => number = Date.now): KnownTables {
  const noted = new Map<string, number>();
  return {
    async note(layout, tables, atOnce = false) {
      const now = clock();
      const key = `${layout.prefix}:tables`;
      const due = tables.filter((table) => now - (noted.get(table) ?? 0) >= NOTED_MS);
      if (due.length === 0 && !atOnce) return [];
      if (due.length > 0) await client.hset(key, Object.fromEntries(due.map((table) => [table, String(now)])));
      for (const table of due) noted.set(table, now);
      const all = await client.hgetall(key);
      const stale = Object.entries(all)
        .filter(([table, at]) => !tables.includes(table) && (atOnce || now - Number(at) > KEPT_MS))
        .map(([table]) => table);
      for (const table of stale) {
        await removeTable(client, layout, table);
        await client.hdel(key, table);
        noted.delete(table);
      }
      return stale;
    },
  };
}
