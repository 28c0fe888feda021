import type { RedisClient } from "../../../platform/index";
import type { Generation, RegisteredView } from "../../../registry/index";
import type { ChangesLoader, GenerationLoader } from "../memory-online-store";
import { type BucketLayout, bucketKeys, rowsTableOf, stampField } from "./bucket-layout";
import { beginLoad, LostBase } from "./bucket-loader";
import { isStamped, stampedGeneration, stampedParts, wantedStamp } from "./bucket-stamp";
import { storeEnd, storeRow } from "./stored-row";

export interface LoadOptions {
  readonly client: RedisClient;
  readonly load: GenerationLoader;
  readonly loadChanges: ChangesLoader;
  readonly isPublished: IsPublished;
  readonly signal: AbortSignal;
}

/** Checks whether the database has a generation of this number and as-of time in the rows table of the served one. */
export type IsPublished = (registered: RegisteredView, generation: number, asOf: bigint) => Promise<boolean>;

/** Returns, for each generation, the buckets that lack it with their stamps; none if Redis has all of it. */
export async function missingBuckets(
  client: RedisClient,
  layout: BucketLayout,
  generations: readonly (readonly [RegisteredView, Generation])[],
): Promise<readonly ReadonlyMap<number, string | null>[]> {
  if (generations.length === 0) return [];
  const fields = generations.map(([, generation]) => stampField(rowsTableOf(generation)));
  const stamps = await Promise.all(bucketKeys(layout).map((key) => client.hmget(key, ...fields)));
  return generations.map(([registered, generation], index) => {
    const wanted = wantedStamp(registered, generation);
    const own = stamps.map((ofBucket, bucket) => [bucket, ofBucket[index] ?? null] as const);
    return new Map(own.filter(([, stamp]) => !isStamped(stamp, wanted)));
  });
}

/**
 * Loads the generation's rows into the buckets that lack it and stamps them: only the changes if all of these have an
 * earlier generation of the same full run, else all rows. Returns the number of rows written. It is safe to kill at any
 * point: a bucket without its stamp is never read and is loaded again.
 */
export async function loadGeneration(
  options: LoadOptions,
  layout: BucketLayout,
  registered: RegisteredView,
  generation: Generation,
  missing: ReadonlyMap<number, string | null>,
): Promise<number> {
  const since = commonBase(registered, generation, [...missing.values()]);
  // A restored database reuses generation numbers.
  const isKnown = since !== null && (await options.isPublished(registered, since.generation, since.asOf));
  const changed =
    since === null || !isKnown
      ? null
      : await loadChangedRows(options, layout, { registered, generation, missing }, since);
  return changed ?? loadAllRows(options, layout, { registered, generation, missing });
}

/** Returns the earlier generation that is the newest in all buckets; null if there is none. */
function commonBase(
  { erasures }: RegisteredView,
  generation: Generation,
  stamps: readonly (string | null)[],
): { readonly part: string; readonly generation: number; readonly asOf: bigint } | null {
  if (generation.shared === undefined) return null;
  const [part, ...others] = new Set(
    stamps.map((stamp) => (stamp?.startsWith(`${erasures ?? 0};`) ? stampedParts(stamp)[0] : undefined)),
  );
  if (part === undefined || others.length > 0) return null;
  const stamped = stampedGeneration(part);
  return stamped.generation < generation.generation ? { part, ...stamped } : null;
}

interface MissingGeneration {
  readonly registered: RegisteredView;
  readonly generation: Generation;
  /** The buckets that lack it, with their stamps. */
  readonly missing: ReadonlyMap<number, string | null>;
}

async function loadAllRows(
  { client, load, signal }: LoadOptions,
  layout: BucketLayout,
  { registered, generation, missing }: MissingGeneration,
): Promise<number> {
  const wanted = wantedStamp(registered, generation);
  const loader = await beginLoad(client, layout, {
    table: rowsTableOf(generation),
    wanted,
    buckets: [...missing.keys()],
  });
  let rows = 0;
  for await (const chunk of load(registered, generation.table)) {
    signal.throwIfAborted();
    rows += await loader.put(chunk.map((row) => ({ ...row, text: storeRow(generation.generation, row) })));
  }
  await loader.finish();
  return rows;
}

/** Loads the changes; null if a bucket no longer has their base. */
async function loadChangedRows(
  { client, loadChanges, signal }: LoadOptions,
  layout: BucketLayout,
  { registered, generation, missing }: MissingGeneration,
  { part, generation: since }: { readonly part: string; readonly generation: number },
): Promise<number | null> {
  const wanted = wantedStamp(registered, generation);
  const { generation: number } = generation;
  const changes = { since: { start: wanted.start, part }, number };
  const buckets = [...missing.keys()];
  const loader = await beginLoad(client, layout, { table: rowsTableOf(generation), wanted, buckets, changes }).catch(
    (error: unknown) => {
      if (error instanceof LostBase) return null;
      throw error;
    },
  );
  if (loader === null) return null;
  let rows = 0;
  for await (const chunk of loadChanges.changed(registered, since)) {
    signal.throwIfAborted();
    rows += await loader.put(chunk.map((row) => ({ ...row, text: storeRow(number, row) })));
  }
  for await (const chunk of loadChanges.removed(registered, since)) {
    rows += await loader.put(chunk.map((row) => ({ ...row, text: storeEnd(number) })));
  }
  await loader.finish();
  return rows;
}
