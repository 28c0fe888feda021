import { type BucketLayout, bucketKeys } from "./bucket-layout";
import { SWEEP } from "./bucket-scripts";
import type { RedisClient } from "./redis-client";

/**
 * Removes the rows that nobody can read: of loads that were replaced, given up or forgotten. It looks at every field,
 * a few at a time, so that Redis answers others between. Gives the tables that are stamped or filled somewhere.
 */
export async function sweepBuckets(
  client: RedisClient,
  layout: BucketLayout,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const tables = new Set<string>();
  for (const key of bucketKeys(layout)) {
    let cursor = "0";
    do {
      if (signal.aborted) return tables;
      // The script's own types.
      const answer = (await client.eval(SWEEP, 1, key, cursor)) as [string, number, ...string[]];
      cursor = answer[0];
      for (const table of answer.slice(2)) tables.add(String(table));
    } while (cursor !== "0");
  }
  return tables;
}
