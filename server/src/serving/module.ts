import type { Platform } from "../platform/index";
import type { RegistryStore } from "../registry/index";
import type { UsageTracker } from "../usage/index";
import { createAdmission } from "./admission";
import { registerCacheMetrics } from "./cache-metrics";
import { createFeatureReader, type FeatureReader } from "./features";
import { registerLoadMetrics } from "./load-metrics";
import type { OnlineStore } from "./online-store/online-store";
import { openOnlineStores } from "./online-store/open-online-stores";
import type { ReadingOptions } from "./read/reading-options";
import type { OnResponse } from "./response-sampler";
import { announceServed } from "./served-notice";
import { registerServingMetrics } from "./serving-metrics";
import { createServingRegistry, type ServingRegistry } from "./serving-registry";

const POLL_MS = 2000;

/** The served registry, and the options of everything that reads online. */
export interface Serving {
  readonly registry: ServingRegistry;
  readonly onlineStore: OnlineStore;
  readonly reading: ReadingOptions;
}

/** Opens the online stores and follows the registry. */
export async function createServing(
  { config, database, clock, logger, metrics, onClose }: Platform,
  { registryStore, usage }: { readonly registryStore: RegistryStore; readonly usage: UsageTracker },
): Promise<Serving> {
  const { limits, deadlines, defaultEntity } = config;
  const stores = openOnlineStores({ config, database, logger, onClose });
  const { onlineStore } = stores;
  const registry = await createServingRegistry({
    registry: registryStore,
    onlineStore,
    pollMs: POLL_MS,
    onFault: (error) => logger.error({ err: error }, "the registry cannot be read"),
    onChange: (revision) => {
      logger.info({ revision }, "registry revision served");
      // Nobody else can tell commands that use the embedded database. Without the news they stop waiting by themselves.
      if (database.kind === "pglite") announceServed(database, revision).catch(() => undefined);
    },
  });
  onClose(() => registry.close());
  // Closes before the registry, which waits for loads of the store.
  onClose(() => onlineStore.close());
  const admission = createAdmission({
    slots: limits.readSlots,
    bulkSlots: limits.bulkSlots,
    waiting: limits.waitingReads,
  });
  registerServingMetrics(metrics, registry, stores);
  registerLoadMetrics(metrics, admission);
  return {
    registry,
    onlineStore,
    reading: {
      registry,
      onlineStore,
      clock,
      deadlineMs: deadlines.readMs,
      admission,
      maxIds: limits.batchIds,
      defaultEntity,
      onRead: usage.record,
    },
  };
}

/** Creates the reader of features. `storeAsOf` serves as-of reads, on servers whose role may materialize. */
export function createFeatures(
  { config, metrics, materializes }: Platform,
  reading: ReadingOptions,
  { storeAsOf, onResponse }: { storeAsOf: (asOf: bigint) => OnlineStore; onResponse: OnResponse | undefined },
): FeatureReader {
  const { limits, deadlines, onlineStore } = config;
  const features = createFeatureReader({
    ...reading,
    asOfReads: materializes ? { deadlineMs: deadlines.asOfMs, maxIds: limits.asOfIds, storeAsOf } : undefined,
    cacheBytes: onlineStore.cacheBytes,
    ...(onResponse === undefined ? {} : { onResponse }),
  });
  registerCacheMetrics(metrics, features.cacheReads);
  return features;
}
