import { randomUUID } from "node:crypto";
import type { EntityKey } from "../online-store";
import { type BucketLayout, bucketKey, bucketOf, rowName, rowsStart } from "./bucket-layout";
import { BEGIN_CHANGES, BEGIN_WHOLE, CLEAR_ROWS, FINISH, LEAVE, PUT_CHANGES, PUT_ROWS } from "./bucket-scripts";
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

/** A row as it is stored. */
export interface FilledRow {
  readonly scope: string;
  readonly key: EntityKey;
  readonly text: string;
}

/** Writes one table's rows to buckets in which they are its own. Errors: `FilledByAnother`. */
export interface BucketFiller {
  /** Gives how many of the rows were of its buckets. Waits until Redis has them, so that one chunk at most is under way. */
  put(rows: readonly FilledRow[]): Promise<number>;
  /** Stamps the buckets. */
  finish(): Promise<void>;
}

/**
 * Makes a table's part of buckets the filler's, but for those that have the wanted stamp meanwhile. `changes`: rows are put
 * beside those of the generation `since`, which the buckets can still answer then; without them what was there is cleared.
 * Errors: `LostBase`, `FilledByAnother`.
 */
export async function beginFilling(
  client: RedisClient,
  layout: BucketLayout,
  table: string,
  wanted: WantedStamp,
  buckets: readonly number[],
  changes?: { readonly since: WantedStamp; readonly number: number },
): Promise<BucketFiller> {
  const filling = createFilling(client, layout, table, wanted.part);
  if (changes === undefined) {
    await filling.beginWhole(buckets, wanted);
  } else {
    const { start, part } = wanted;
    const begun = await Promise.all(
      buckets.map((bucket) => filling.run(BEGIN_CHANGES, bucket, start, part, changes.since.part)),
    );
    if (begun.includes(-1)) throw new LostBase();
    for (const [index, bucket] of buckets.entries()) if (begun[index] === 1) filling.writes.set(bucket, 0);
  }
  const start = rowsStart(table);
  const [script, ...words] = changes === undefined ? [PUT_ROWS] : [PUT_CHANGES, String(changes.number)];

  return {
    async put(rows) {
      const byBucket = new Map<number, string[]>();
      for (const { scope, key, text } of rows) {
        const bucket = bucketOf(layout, key);
        if (!filling.writes.has(bucket)) continue;
        const field = start + rowName(scope, key);
        const inBucket = byBucket.get(bucket);
        if (inBucket === undefined) byBucket.set(bucket, [...words, field, text]);
        else inBucket.push(field, text);
      }
      await Promise.all([...byBucket].map(([bucket, own]) => filling.write(script, bucket, ...own)));
      return [...byBucket.values()].reduce((sum, own) => sum + (own.length - words.length) / 2, 0);
    },
    async finish() {
      const stamp = stampText(wanted, changes?.since);
      await filling.writeAll(FINISH, stamp, randomUUID());
    },
  };
}

/** Removes a table's rows and stamps from all buckets. Errors: `FilledByAnother`, where somebody fills it again. */
export async function removeTable(client: RedisClient, layout: BucketLayout, table: string): Promise<void> {
  const filling = createFilling(client, layout, table, "");
  const buckets = Array.from({ length: layout.buckets }, (_, bucket) => bucket);
  // No stamp is like that.
  await filling.beginWhole(buckets, { start: "-", part: "-" });
  await filling.writeAll(LEAVE);
}

function createFilling(client: RedisClient, layout: BucketLayout, table: string, part: string) {
  const name = `${randomUUID()}${part}`;
  // How often it wrote to each of its buckets: a Redis that lost some of it knows a lower number.
  const writes = new Map<number, number>();
  const run = (script: string, bucket: number, ...words: readonly string[]): Promise<unknown> =>
    client.eval(script, 1, bucketKey(layout, bucket), table, name, ...words);
  const write = async (script: string, bucket: number, ...words: readonly string[]): Promise<unknown> => {
    const count = writes.get(bucket) ?? 0;
    const done = await run(script, bucket, String(count), ...words);
    if (done === 0) throw new FilledByAnother(table);
    writes.set(bucket, count + 1);
    return done;
  };
  const clear = async (bucket: number): Promise<void> => {
    let cursor = "0";
    do cursor = String(await write(CLEAR_ROWS, bucket, cursor));
    while (cursor !== "0");
  };
  return {
    writes,
    run,
    write,
    writeAll: (script: string, ...words: readonly string[]) =>
      Promise.all([...writes.keys()].map((bucket) => write(script, bucket, ...words))),
    /** One bucket after the other, so that Redis has its turns between. */
    async beginWhole(buckets: readonly number[], { start, part: wanted }: WantedStamp): Promise<void> {
      for (const bucket of buckets) {
        const begun = await run(BEGIN_WHOLE, bucket, start, wanted, randomUUID());
        if (begun === 0) continue;
        writes.set(bucket, 0);
        if (begun === 2) await clear(bucket);
      }
    },
  };
}
