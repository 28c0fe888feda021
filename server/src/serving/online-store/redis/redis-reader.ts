import type { RedisClient } from "../../../platform/index";
import type { RegisteredView } from "../../../registry/index";
import { type OnlineStore, OnlineStoreError } from "../online-store";
import type { BucketLayout } from "./bucket-layout";
import { missingBuckets } from "./load-generation";
import { readViews, viewsReading } from "./read-views";

export interface RedisReaderOptions {
  readonly client: RedisClient;
  readonly prefix: string;
  readonly buckets: number;
  /** As in `RedisOnlineStoreOptions`. */
  readonly identity: () => Promise<string>;
}

/** Reads generations that servers have loaded into Redis, for processes that load none. */
export interface RedisReader extends OnlineStore {
  /** Returns whether Redis has the whole served generation. False if Redis cannot be reached. */
  hasLoaded(registered: RegisteredView): Promise<boolean>;
}

export function createRedisReader({ client, prefix, buckets, identity }: RedisReaderOptions): RedisReader {
  let layout: Promise<BucketLayout> | undefined;
  const layoutOf = (): Promise<BucketLayout> => {
    layout ??= identity().then((name) => ({ prefix: `${prefix}:${name}`, buckets }));
    return layout;
  };
  return {
    name: "redis",
    async hasLoaded(registered) {
      if (registered.served === null || client.status !== "ready") return false;
      const at = await layoutOf();
      const [missing] = await missingBuckets(client, at, [[registered, registered.served]]).catch(() => []);
      return missing?.size === 0;
    },
    async read({ registered, table, scope, keys }) {
      const reading = viewsReading(await layoutOf(), [{ registered, table, tenantScoped: true }]);
      try {
        const [found] = await readViews(client, { reading, tenant: scope, keys });
        return found;
      } catch (error) {
        throw new OnlineStoreError("unavailable", "Redis failed", { cause: error });
      }
    },
    readVectors: async () => undefined,
    async close() {
      client.disconnect();
    },
  };
}
