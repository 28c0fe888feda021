import type { ChangesLoader, GenerationLoader } from "./memory-online-store";
import {
  type FoundViews,
  type OnlineStore,
  OnlineStoreError,
  type OnlineView,
  type OnlineViewsRequest,
} from "./online-store";
import { type BucketLayout, rowsTableOf } from "./redis/bucket-layout";
import { LoadedElsewhere } from "./redis/bucket-loader";
import { newestStamped, stampedErasures } from "./redis/bucket-stamp";
import { createKnownTables } from "./redis/known-tables";
import { type IsPublished, loadGeneration, missingBuckets } from "./redis/load-generation";
import { loadAlone } from "./redis/load-lease";
import { readViews, type ViewsReading, viewsReading } from "./redis/read-views";
import type { RedisClient } from "./redis/redis-client";
import { sweepBuckets } from "./redis/sweep-buckets";
import type { Generation, RegisteredView } from "./registry";

/** What happened to a generation's rows in Redis. */
export type RedisEvent =
  | { readonly kind: "filled"; readonly table: string; readonly rows: number }
  | { readonly kind: "removed"; readonly tables: readonly string[] }
  | { readonly kind: "failed"; readonly table: string; readonly error: unknown };

export interface RedisOnlineStoreOptions {
  readonly client: RedisClient;
  readonly load: GenerationLoader;
  readonly loadChanges: ChangesLoader;
  /** Whether the database has a generation of this number and as-of time, before the registered one's in the same table of rows. */
  readonly isPublished: IsPublished;
  /** Begins the keys of this Featstore in Redis. Default `featstore`. */
  readonly prefix?: string;
  /** Which database it is whose generations are held: another one's numbers mean something else. */
  readonly identity: () => Promise<string>;
  /** Hashes that a generation is spread over; all replicas must say the same. Default 64. */
  readonly buckets?: number;
  readonly onEvent: (event: RedisEvent) => void;
}

/** The buckets that miss a generation, with their stamps. */
type Missing = ReadonlyMap<number, string | null>;

const BUCKETS = 64;
/** A sweep looks at every row: without need no oftener than that, of all replicas. */
const SWEEP_MS = 600_000;

/**
 * Holds generations in Redis, one server or a Cluster, for all replicas. `follow` fills in what is missing, one replica at
 * a time. A read asks for one generation: where Redis lost rows, is behind or was restored, the stamps beside the rows
 * say so, and the answer is undefined, for the next tier. Vectors are not held. The client is the caller's to close.
 *
 * @example
 * createTieredOnlineStore([createRedisOnlineStore({ client, load, loadChanges, isPublished, identity, onEvent }), postgres]);
 */
export function createRedisOnlineStore(options: RedisOnlineStoreOptions): OnlineStore {
  const {
    client,
    load,
    loadChanges,
    isPublished,
    prefix = "featstore",
    identity,
    buckets = BUCKETS,
    onEvent,
  } = options;
  const knownTables = createKnownTables(client);
  const closing = new AbortController();
  let layout: BucketLayout | undefined;
  // Found whole when it was last looked for, and not to be had then.
  const whole = new Set<string>();
  const failing = new Set<string>();
  let erasures: number | undefined;
  let sweeping: Promise<void> | undefined;
  // A selection's views are never changed: each snapshot has its own.
  let readings = new WeakMap<readonly OnlineView[], ViewsReading>();

  const readingOf = (views: readonly OnlineView[]): ViewsReading => {
    const known = readings.get(views);
    if (known !== undefined) return known;
    if (layout === undefined) return viewsReading({ prefix, buckets }, []);
    const made = viewsReading(layout, views);
    readings.set(views, made);
    return made;
  };

  /** Whether Redis has the generation then. `known`: the buckets that miss it, where they were looked for just now. */
  const bring = async (
    at: BucketLayout,
    registered: RegisteredView,
    generation: Generation,
    known: Missing | undefined,
  ): Promise<boolean> => {
    const missing = async (): Promise<Missing> =>
      (await missingBuckets(client, at, [[registered, generation]]))[0] ?? new Map();
    const first = known ?? (await missing());
    if (first.size === 0 || hasNewer(registered, generation, first)) return first.size === 0;
    return loadAlone(
      client,
      `${at.prefix}:load:${generation.table}`,
      async () => (await missing()).size === 0,
      async () => {
        const left = await missing();
        // Who still serves an older generation leaves it to PostgreSQL, and the newer one to the others.
        if (left.size === 0 || hasNewer(registered, generation, left)) return;
        const options = { client, load, loadChanges, isPublished, signal: closing.signal };
        const rows = await loadGeneration(options, at, registered, generation, left);
        onEvent({ kind: "filled", table: generation.table, rows });
      },
      closing.signal,
    );
  };

  /** By one command a bucket, since it is asked every few seconds. */
  const missingOf = async (at: BucketLayout, served: readonly RegisteredView[]) => {
    const generations = served.flatMap((each) => (each.served === null ? [] : [[each, each.served] as const]));
    const missing = await missingBuckets(client, at, generations);
    return new Map(generations.map(([each], index) => [each, missing[index]]));
  };

  /** One replica does it, and nobody waits for it. */
  const sweep = async (at: BucketLayout, atOnce: boolean): Promise<void> => {
    const isDue = (await client.set(`${at.prefix}:swept`, "", "PX", SWEEP_MS, "NX")) === "OK";
    if (isDue || atOnce) await knownTables.heard(at, await sweepBuckets(client, at, closing.signal));
  };

  const sweepAfter = (at: BucketLayout, atOnce: boolean, before = Promise.resolve()): void => {
    const own = before
      .then(() => sweep(at, atOnce))
      .catch(() => undefined) // what is left is swept the next time
      .finally(() => {
        if (sweeping === own) sweeping = undefined;
      });
    sweeping = own;
  };

  client.on("close", () => whole.clear());

  const read = ({ views, tenant, keys }: Omit<OnlineViewsRequest, "deadlineMs">): Promise<FoundViews> =>
    asStoreError(readViews(client, { reading: readingOf(views), tenant, keys }));

  return {
    name: "redis",
    holds: (table) => client.status === "ready" && whole.has(table),
    async read({ registered, table, scope, keys }) {
      const [found] = await read({ views: [{ registered, table, tenantScoped: true }], tenant: scope, keys });
      return found;
    },
    readViews: read,
    readVectors: async () => undefined,
    async follow(served) {
      const name = await identity().catch(() => undefined);
      if (name !== undefined && layout?.prefix !== `${prefix}:${name}`) {
        layout = { prefix: `${prefix}:${name}`, buckets };
        readings = new WeakMap();
      }
      if (layout === undefined) return;
      if (client.status !== "ready") {
        whole.clear();
        return; // it is tried again every few seconds
      }
      const generations = served.flatMap((registered) => registered.served ?? []);
      const wanted = new Set(generations.map(({ table }) => table));
      const erased = erasuresOf(served);
      // What was erased is in tables of before as well.
      const atOnce = erasures !== undefined && erased > erasures;
      const forgotten = await knownTables.note(layout, generations.map(rowsTableOf), atOnce).catch(() => undefined);
      if (forgotten !== undefined && forgotten.length > 0) onEvent({ kind: "removed", tables: forgotten });
      const found = new Set<string>();
      const missing = await missingOf(layout, served).catch(() => undefined);
      for (const registered of served) {
        const { served: generation } = registered;
        if (generation === null || closing.signal.aborted) continue;
        try {
          if (await bring(layout, registered, generation, missing?.get(registered))) found.add(generation.table);
          failing.delete(generation.table);
        } catch (error) {
          if (!(error instanceof LoadedElsewhere) && !failing.has(generation.table)) {
            failing.add(generation.table); // it is tried again every few seconds
            onEvent({ kind: "failed", table: generation.table, error });
          }
          // Where Redis is away, the others would wait for it as well.
          if (client.status !== "ready") break;
        }
      }
      for (const table of failing) if (!wanted.has(table)) failing.delete(table);
      whole.clear();
      for (const table of found) whole.add(table);
      // Else the next one forgets them.
      if (forgotten !== undefined) erasures = erased;
      if (sweeping === undefined || atOnce) sweepAfter(layout, atOnce, sweeping);
    },
    async close() {
      closing.abort();
      await sweeping;
    },
  };
}

function hasNewer({ erasures = 0 }: RegisteredView, { generation }: Generation, missing: Missing): boolean {
  return [...missing.values()].some(
    (stamp) => stamp !== null && (newestStamped(stamp) > generation || stampedErasures(stamp) > erasures),
  );
}

/** Of all view versions, however often each is named. */
function erasuresOf(served: readonly RegisteredView[]): number {
  const max = new Map<string, number>();
  for (const { view, erasures = 0 } of served) {
    const version = `${view.name}@${view.version}`;
    max.set(version, Math.max(erasures, max.get(version) ?? 0));
  }
  return [...max.values()].reduce((sum, count) => sum + count, 0);
}

async function asStoreError<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    const message = error instanceof Error ? error.message : "Redis failed";
    throw new OnlineStoreError("unavailable", message, { cause: error });
  }
}
