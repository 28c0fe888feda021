import { randomUUID } from "node:crypto";
import { type BucketLayout, bucketKey, bucketOf } from "./bucket-layout";
import { BEGIN_CHANGES, BEGIN_WHOLE, FINISH, PUT_CHANGES, PUT_ROWS } from "./bucket-scripts";
import { stampText, type WantedStamp } from "./bucket-stamp";
import type { RedisClient } from "./redis-client";

/** Another one fills the bucket, or has filled it, meanwhile; or Redis lost what was written. */
export class FilledByAnother extends Error {
  override readonly name = "FilledByAnother";
}

/** A bucket has no longer the generation to which changes were to be brought. */
export class LostBase extends Error {
  override readonly name = "LostBase";
}

/** Writes to buckets of one table that are its own. Errors: `FilledByAnother`. */
export interface BucketFiller {
  /** Gives how many of the rows were of its buckets. Waits until Redis has them, so that one chunk at most is under way. */
  put(entries: readonly (readonly [field: string, row: string])[]): Promise<number>;
  /** Stamps the buckets. */
  finish(): Promise<void>;
}

/**
 * Makes buckets the filler's, but for those that have the wanted stamp meanwhile. `changes`: rows are put beside those of
 * the generation `since`, which the buckets can still answer then; without them the buckets are emptied.
 * Errors: `LostBase`.
 */
export async function beginFilling(
  client: RedisClient,
  layout: BucketLayout,
  table: string,
  wanted: WantedStamp,
  buckets: readonly number[],
  changes?: { readonly since: WantedStamp; readonly number: number },
): Promise<BucketFiller> {
  const name = `${randomUUID()}${wanted.part}`;
  const run = (script: string, bucket: number, ...parameters: readonly string[]): Promise<unknown> =>
    client.eval(script, 1, bucketKey(layout, table, bucket), name, ...parameters);

  const begun = await Promise.all(
    buckets.map((bucket) =>
      changes === undefined
        ? run(BEGIN_WHOLE, bucket, wanted.start, wanted.part)
        : run(BEGIN_CHANGES, bucket, wanted.start, wanted.part, changes.since.part),
    ),
  );
  if (begun.includes(-1)) throw new LostBase();
  // How often it wrote to each: a Redis that lost some of it knows a lower number.
  const writes = new Map(buckets.filter((_, index) => begun[index] === 1).map((bucket) => [bucket, 0]));
  const putInto = (bucket: number, words: readonly string[]): Promise<unknown> => {
    const count = String(writes.get(bucket));
    return changes === undefined
      ? run(PUT_ROWS, bucket, count, ...words)
      : run(PUT_CHANGES, bucket, String(changes.number), count, ...words);
  };

  return {
    async put(entries) {
      const byBucket = new Map<number, string[]>();
      for (const [field, row] of entries) {
        const bucket = bucketOf(layout, field);
        if (!writes.has(bucket)) continue;
        const words = byBucket.get(bucket);
        if (words === undefined) byBucket.set(bucket, [field, row]);
        else words.push(field, row);
      }
      const done = await Promise.all([...byBucket].map(([bucket, words]) => putInto(bucket, words)));
      if (done.includes(0)) throw new FilledByAnother(table);
      for (const bucket of byBucket.keys()) writes.set(bucket, (writes.get(bucket) ?? 0) + 1);
      return [...byBucket.values()].reduce((sum, words) => sum + words.length / 2, 0);
    },
    async finish() {
      const stamp = stampText(wanted, changes?.since);
      const done = await Promise.all([...writes].map(([bucket, count]) => run(FINISH, bucket, String(count), stamp)));
      if (done.includes(0)) throw new FilledByAnother(table);
    },
  };
}
