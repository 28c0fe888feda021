import { randomBytes, randomUUID } from "node:crypto";
import type { RedisClient } from "../../../platform/index";
import type { EntityKey } from "../online-store";
import { type BucketLayout, bucketKey, bucketOf, rowName, rowsStart } from "./bucket-layout";
import { BEGIN_CHANGES, BEGIN_WHOLE, FINISH, PUT_CHANGES, PUT_ROWS } from "./bucket-scripts";
import { stampText, type WantedStamp } from "./bucket-stamp";

/** Another loader took over the bucket, or Redis lost writes. */
export class LoadedElsewhere extends Error {
  override readonly name = "LoadedElsewhere";
}

/** A bucket no longer has the generation to which the changes apply. */
export class LostBase extends Error {
  override readonly name = "LostBase";
}

/** A row as stored in Redis. */
export interface LoadedRow {
  readonly scope: string;
  readonly key: EntityKey;
  readonly text: string;
}

/** Writes one table's rows to the buckets that it owns. Errors: `LoadedElsewhere`. */
export interface BucketLoader {
  /** Writes the rows of its buckets and returns their number. Waits for Redis, so that at most one chunk is in flight. */
  put(rows: readonly LoadedRow[]): Promise<number>;
  /** Stamps the buckets. */
  finish(): Promise<void>;
}

/** A loader's state of one bucket. */
interface OwnBucket {
  readonly loadId: string;
  readonly rowsStart: string;
  /** The loader's writes to it; Redis has a lower number if it lost some. */
  writes: number;
}

/** A load of a table into some buckets. */
export interface BucketLoad {
  readonly table: string;
  readonly wanted: WantedStamp;
  readonly buckets: readonly number[];
  /** The generation that the changes apply to, and the number of the new one; absent: all rows are loaded. */
  readonly changes?: { readonly since: WantedStamp; readonly number: number };
}

/**
 * Acquires a table's part of the buckets, except those that have the wanted stamp by now. With `changes`, rows are added to
 * those of the generation `since`, which stays readable; without, the rows are a new load and the old ones become
 * unreadable. Errors: `LostBase`.
 */
export async function beginLoad(
  client: RedisClient,
  layout: BucketLayout,
  { table, wanted, buckets, changes }: BucketLoad,
): Promise<BucketLoader> {
  const { start, part } = wanted;
  const loadId = randomBytes(5).toString("hex");
  const name = `${randomUUID()}#${changes === undefined ? loadId : ""}${part}`;
  const run = (script: string, bucket: number, ...words: readonly string[]): Promise<unknown> =>
    client.eval(script, 1, bucketKey(layout, bucket), table, name, ...words);
  const results = await Promise.all(
    buckets.map((bucket) =>
      changes === undefined
        ? run(BEGIN_WHOLE, bucket, start, part, randomUUID())
        : run(BEGIN_CHANGES, bucket, start, part, stampText(changes.since, "")),
    ),
  );
  if (results.includes(-1)) throw new LostBase();
  const own = new Map<number, OwnBucket>();
  for (const [index, bucket] of buckets.entries()) {
    if (results[index] === 0) continue;
    const inBucket = changes === undefined ? loadId : String(results[index]);
    own.set(bucket, { loadId: inBucket, rowsStart: rowsStart(table, inBucket), writes: 0 });
  }
  const write = async (script: string, bucket: number, words: readonly string[]): Promise<void> => {
    const state = own.get(bucket);
    if (state === undefined) return;
    if ((await run(script, bucket, String(state.writes), ...words)) === 0) throw new LoadedElsewhere(table);
    state.writes += 1;
  };
  const [script, ...words] = changes === undefined ? [PUT_ROWS] : [PUT_CHANGES, String(changes.number)];

  return {
    async put(rows) {
      const byBucket = new Map<number, string[]>();
      let count = 0;
      for (const { scope, key, text } of rows) {
        const bucket = bucketOf(layout, key);
        const state = own.get(bucket);
        if (state === undefined) continue;
        const field = state.rowsStart + rowName(scope, key);
        const inBucket = byBucket.get(bucket);
        if (inBucket === undefined) byBucket.set(bucket, [...words, field, text]);
        else inBucket.push(field, text);
        count += 1;
      }
      await Promise.all([...byBucket].map(([bucket, each]) => write(script, bucket, each)));
      return count;
    },
    async finish() {
      const stamp = (each: OwnBucket) => stampText(wanted, each.loadId, changes?.since);
      await Promise.all([...own].map(([bucket, each]) => write(FINISH, bucket, [stamp(each), randomUUID()])));
    },
  };
}
