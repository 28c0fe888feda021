import { randomUUID } from "node:crypto";
import type { ChangesLoader, GenerationLoader } from "../memory-online-store";
import type { Generation, RegisteredView } from "../registry";
import { type BucketLayout, bucketKey, bucketOf, rowField, rowsTableOf, STAMP } from "./bucket-layout";
import { BEGIN_CHANGES, BEGIN_WHOLE, FINISH, PUT_CHANGES, PUT_ROWS } from "./bucket-scripts";
import { isStamped, stampedGeneration, stampedParts, stampText, type WantedStamp, wantedStamp } from "./bucket-stamp";
import type { RedisClient } from "./redis-client";
import { storeEnd, storeRow } from "./stored-row";

export interface FillOptions {
  readonly client: RedisClient;
  readonly load: GenerationLoader;
  readonly loadChanges: ChangesLoader;
  readonly isPublished: IsPublished;
  readonly signal: AbortSignal;
}

/** Whether the database has a generation of the number and as-of time, in the table of rows of the view's served one. */
export type IsPublished = (registered: RegisteredView, generation: number, asOf: bigint) => Promise<boolean>;

/** Another one fills the bucket, or has filled it, meanwhile; or Redis lost what was written. */
export class FilledByAnother extends Error {
  override readonly name = "FilledByAnother";
}

/** The buckets that cannot answer the generation; none where Redis has it whole. */
export async function missingBuckets(
  client: RedisClient,
  layout: BucketLayout,
  registered: RegisteredView,
  generation: Generation,
): Promise<ReadonlyMap<number, string | null>> {
  const wanted = wantedStamp(registered, generation);
  const table = rowsTableOf(generation);
  const buckets = Array.from({ length: layout.buckets }, (_, bucket) => bucket);
  const stamps = await Promise.all(buckets.map((bucket) => client.hget(bucketKey(layout, table, bucket), STAMP)));
  return new Map(
    buckets.flatMap((bucket) => {
      const stamp = stamps[bucket] ?? null;
      return isStamped(stamp, wanted) ? [] : [[bucket, stamp]];
    }),
  );
}

/**
 * Brings the generation's rows into the buckets that miss it, and stamps them: only what changed where all of them have
 * an earlier generation of the same full run, else everything. Gives how many rows were written. It may be killed
 * anywhere: a bucket without its stamp is filled again, and is read by nobody before.
 */
export async function fillGeneration(
  options: FillOptions,
  layout: BucketLayout,
  registered: RegisteredView,
  generation: Generation,
  missing: ReadonlyMap<number, string | null>,
): Promise<number> {
  const since = commonBase(registered, generation, [...missing.values()]);
  // A database that was restored gives numbers again.
  const isKnown = since !== null && (await options.isPublished(registered, since.generation, since.asOf));
  const changed =
    since === null || !isKnown ? null : await fillChanges(options, layout, registered, generation, missing, since);
  return changed ?? fillWhole(options, layout, registered, generation, missing);
}

/** The newest earlier generation that all of the buckets have; null where there is none. */
function commonBase(
  { erasures }: RegisteredView,
  generation: Generation,
  stamps: readonly (string | null)[],
): { readonly part: string; readonly generation: number; readonly asOf: bigint } | null {
  if (generation.shared === undefined) return null;
  const [first, ...others] = stamps.map((stamp) => (stamp?.startsWith(`${erasures ?? 0};`) ? stampedParts(stamp) : []));
  const part = first?.find((candidate) => others.every((parts) => parts.includes(candidate)));
  if (part === undefined) return null;
  const stamped = stampedGeneration(part);
  return stamped.generation < generation.generation ? { part, ...stamped } : null;
}

async function fillWhole(
  { client, load, signal }: FillOptions,
  layout: BucketLayout,
  registered: RegisteredView,
  generation: Generation,
  missing: ReadonlyMap<number, string | null>,
): Promise<number> {
  const wanted = wantedStamp(registered, generation);
  const filler = `${randomUUID()}${wanted.part}`;
  const own = await begin(client, layout, generation, missing, BEGIN_WHOLE, [filler, wanted.start, wanted.part]);
  let rows = 0;
  for await (const chunk of load(registered, generation.table)) {
    signal.throwIfAborted();
    rows += await put(
      client,
      layout,
      generation,
      own,
      chunk.map((row) => [rowField(row.scope, row.key), storeRow(generation.generation, row)]),
      PUT_ROWS,
      [filler],
    );
  }
  await finish(client, layout, generation, own, filler, stampText(wanted));
  return rows;
}

/** Null: a bucket has no longer what the changes are to. */
async function fillChanges(
  { client, loadChanges, signal }: FillOptions,
  layout: BucketLayout,
  registered: RegisteredView,
  generation: Generation,
  missing: ReadonlyMap<number, string | null>,
  since: { readonly part: string; readonly generation: number },
): Promise<number | null> {
  const wanted = wantedStamp(registered, generation);
  const filler = `${randomUUID()}${wanted.part}`;
  const own = await begin(client, layout, generation, missing, BEGIN_CHANGES, [
    filler,
    wanted.start,
    wanted.part,
    since.part,
  ]).catch((error: unknown) => {
    if (error instanceof LostBase) return null;
    throw error;
  });
  if (own === null) return null;
  const number = generation.generation;
  const guard = [filler, String(number)];
  let rows = 0;
  for await (const chunk of loadChanges.changed(registered, since.generation)) {
    signal.throwIfAborted();
    const entries = chunk.map((row) => [rowField(row.scope, row.key), storeRow(number, row)] as const);
    rows += await put(client, layout, generation, own, entries, PUT_CHANGES, guard);
  }
  for await (const chunk of loadChanges.removed(registered, since.generation)) {
    const entries = chunk.map(({ scope, key }) => [rowField(scope, key), storeEnd(number)] as const);
    rows += await put(client, layout, generation, own, entries, PUT_CHANGES, guard);
  }
  const before: WantedStamp = { start: wanted.start, part: since.part };
  await finish(client, layout, generation, own, filler, stampText(wanted, before));
  return rows;
}

class LostBase extends Error {
  override readonly name = "LostBase";
}

/** The buckets that are a filler's, and how often it wrote to each: a Redis that lost some of it knows a lower number. */
type Own = Map<number, number>;

/** The buckets that are the filler's from here on. */
async function begin(
  client: RedisClient,
  layout: BucketLayout,
  generation: Generation,
  missing: ReadonlyMap<number, string | null>,
  script: string,
  parameters: readonly string[],
): Promise<Own> {
  const table = rowsTableOf(generation);
  const buckets = [...missing.keys()];
  const begun = await Promise.all(
    buckets.map((bucket) => client.eval(script, 1, bucketKey(layout, table, bucket), ...parameters)),
  );
  if (begun.includes(-1)) throw new LostBase();
  return new Map(buckets.filter((_, index) => begun[index] === 1).map((bucket) => [bucket, 0]));
}

/** Waits until Redis has them, so that no more than one chunk is ever under way. */
async function put(
  client: RedisClient,
  layout: BucketLayout,
  generation: Generation,
  own: Own,
  entries: readonly (readonly [field: string, row: string])[],
  script: string,
  parameters: readonly string[],
): Promise<number> {
  const table = rowsTableOf(generation);
  const byBucket = new Map<number, string[]>();
  for (const [field, row] of entries) {
    const bucket = bucketOf(layout, field);
    if (!own.has(bucket)) continue;
    const listed = byBucket.get(bucket);
    if (listed === undefined) byBucket.set(bucket, [field, row]);
    else listed.push(field, row);
  }
  const done = await Promise.all(
    [...byBucket].map(([bucket, listed]) =>
      client.eval(script, 1, bucketKey(layout, table, bucket), ...parameters, String(own.get(bucket)), ...listed),
    ),
  );
  if (done.includes(0)) throw new FilledByAnother(table);
  for (const bucket of byBucket.keys()) own.set(bucket, (own.get(bucket) ?? 0) + 1);
  return [...byBucket.values()].reduce((sum, listed) => sum + listed.length / 2, 0);
}

async function finish(
  client: RedisClient,
  layout: BucketLayout,
  generation: Generation,
  own: Own,
  filler: string,
  stamp: string,
): Promise<void> {
  const table = rowsTableOf(generation);
  const done = await Promise.all(
    [...own].map(([bucket, writes]) =>
      client.eval(FINISH, 1, bucketKey(layout, table, bucket), filler, String(writes), stamp),
    ),
  );
  if (done.includes(0)) throw new FilledByAnother(table);
}
