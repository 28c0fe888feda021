import { gatherWrites, type RedisClient } from "../../../platform/index";
import type { Generation, RegisteredView } from "../../../registry/index";
import type { ChangesLoader, GenerationLoader } from "../memory-online-store";
import {
  type FoundViews,
  type OnlineStore,
  OnlineStoreError,
  type OnlineView,
  type OnlineViewsRequest,
} from "../online-store";
import { type BucketLayout, rowsTableOf } from "./bucket-layout";
import { LoadedElsewhere } from "./bucket-loader";
import { newestStamped, stampedErasures } from "./bucket-stamp";
import { createKnownTables } from "./known-tables";
import { type IsPublished, loadGeneration, missingBuckets } from "./load-generation";
import { loadAlone } from "./load-lease";
import { readViews, type ViewsReading, viewsReading } from "./read-views";
import { sweepBuckets } from "./sweep-buckets";

/** An event of a generation's rows in Redis. */
export type RedisEvent =
  | { readonly kind: "filled"; readonly table: string; readonly rows: number }
  | { readonly kind: "removed"; readonly tables: readonly string[] }
  | { readonly kind: "failed"; readonly table: string; readonly error: unknown };

export interface RedisOnlineStoreOptions {
  readonly client: RedisClient;
  readonly load: GenerationLoader;
  readonly loadChanges: ChangesLoader;
  /**
   * True if the database has a generation of this number and as-of time, before the registered one's in the same rows
   * table.
   */
  readonly isPublished: IsPublished;
  /** Prefix of this Featstore's keys in Redis. Default `featstore`. */
  readonly prefix?: string;
  /** Returns the identity of the database, since generation numbers are only unique within one database. */
  readonly identity: () => Promise<string>;
  /** Number of Redis hashes for a generation; must be the same on all replicas. Default 64. */
  readonly buckets?: number;
  readonly onEvent: (event: RedisEvent) => void;
}

/** The buckets that lack a generation, with their stamps. */
type Missing = ReadonlyMap<number, string | null>;

const BUCKETS = 64;
/** Minimum interval between sweeps over all replicas, since a sweep scans every row. */
const SWEEP_MS = 600_000;

/**
 * Holds generations in Redis (a server or a Cluster) for all replicas. `follow` loads missing generations, one replica at a
 * time. Stamps stored with the rows reveal whether Redis lost rows, is behind or was restored; a read is then undefined and
 * goes to the next tier. Vectors are not held. The caller closes the client.
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
  // Tables that were complete at the last check, and tables that were not available.
  const complete = new Set<string>();
  const failing = new Set<string>();
  let erasures: number | undefined;
  let sweeping: Promise<void> | undefined;
  // The views of a selection are immutable: each snapshot has its own array.
  let readings = new WeakMap<readonly OnlineView[], ViewsReading>();

  const readingOf = (views: readonly OnlineView[]): ViewsReading => {
    const known = readings.get(views);
    if (known !== undefined) return known;
    if (layout === undefined) return viewsReading({ prefix, buckets }, []);
    const made = viewsReading(layout, views);
    readings.set(views, made);
    return made;
  };

  /**
   * Loads the generation if needed; resolves to whether Redis then has it. `known` are its missing buckets, if just
   * read.
   */
  const ensureLoaded = async (
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
        // A replica that still serves an older generation leaves it to PostgreSQL and loading the newer one to the others.
        if (left.size === 0 || hasNewer(registered, generation, left)) return;
        const options = { client, load, loadChanges, isPublished, signal: closing.signal };
        const rows = await loadGeneration(options, at, registered, generation, left);
        onEvent({ kind: "filled", table: generation.table, rows });
      },
      closing.signal,
    );
  };

  /** Uses one command per bucket, since it runs every few seconds. */
  const missingOf = async (at: BucketLayout, served: readonly RegisteredView[]) => {
    const generations = served.flatMap((each) => (each.served === null ? [] : [[each, each.served] as const]));
    const missing = await missingBuckets(client, at, generations);
    return new Map(generations.map(([each], index) => [each, missing[index]]));
  };

  /** Runs on one replica; not awaited. */
  const sweep = async (at: BucketLayout, atOnce: boolean): Promise<void> => {
    const isDue = (await client.set(`${at.prefix}:swept`, "", "PX", SWEEP_MS, "NX")) === "OK";
    if (isDue || atOnce) await knownTables.register(at, await sweepBuckets(client, at, closing.signal));
  };

  const sweepAfter = (at: BucketLayout, atOnce: boolean, before = Promise.resolve()): void => {
    const own = before
      .then(() => sweep(at, atOnce))
      .catch(() => undefined) // the next sweep removes the rest
      .finally(() => {
        if (sweeping === own) sweeping = undefined;
      });
    sweeping = own;
  };

  client.on("close", () => complete.clear());

  const read = ({ views, tenant, keys }: Omit<OnlineViewsRequest, "deadlineMs">): Promise<FoundViews> => {
    gatherWrites(client);
    return asStoreError(readViews(client, { reading: readingOf(views), tenant, keys }));
  };

  return {
    name: "redis",
    holds: (table) => client.status === "ready" && complete.has(table),
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
        complete.clear();
        return; // retried every few seconds
      }
      const generations = served.flatMap((registered) => registered.served ?? []);
      const needed = new Set(generations.map(({ table }) => table));
      const erased = erasuresOf(served);
      // Earlier tables contain erased rows as well.
      const atOnce = erasures !== undefined && erased > erasures;
      const forgotten = await knownTables.note(layout, generations.map(rowsTableOf), atOnce).catch(() => undefined);
      if (forgotten !== undefined && forgotten.length > 0) onEvent({ kind: "removed", tables: forgotten });
      const found = new Set<string>();
      const missing = await missingOf(layout, served).catch(() => undefined);
      for (const registered of served) {
        const { served: generation } = registered;
        if (generation === null || closing.signal.aborted) continue;
        try {
          if (await ensureLoaded(layout, registered, generation, missing?.get(registered))) found.add(generation.table);
          failing.delete(generation.table);
        } catch (error) {
          if (!(error instanceof LoadedElsewhere) && !failing.has(generation.table)) {
            failing.add(generation.table); // retried every few seconds
            onEvent({ kind: "failed", table: generation.table, error });
          }
          // If Redis is unreachable, the other generations would fail as well.
          if (client.status !== "ready") break;
        }
      }
      for (const table of failing) if (!needed.has(table)) failing.delete(table);
      complete.clear();
      for (const table of found) complete.add(table);
      // Otherwise the next call forgets them.
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

/** Sums the erasures of all view versions, counting each version once. */
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
