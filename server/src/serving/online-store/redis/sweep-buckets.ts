import type { RedisClient } from "../../../platform/index";
import { type BucketLayout, bucketKeys } from "./bucket-layout";
import { SWEEP } from "./bucket-scripts";

/**
 * Removes unreadable rows: those of replaced, aborted or forgotten loads. Scans every field in small steps, so that Redis
 * serves other commands in between. Returns the tables that are stamped or being loaded in any bucket.
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
      // The script's return types.
      const answer = (await client.eval(SWEEP, 1, key, cursor)) as [string, number, ...string[]];
      cursor = answer[0];
      for (const table of answer.slice(2)) tables.add(String(table));
    } while (cursor !== "0");
  }
  return tables;
}
