import { FeatstoreError } from "../../src/core/errors";
import type { DatasetRouteServices } from "../../src/datasets/routes";

const refuse = async (): Promise<never> => {
  throw new FeatstoreError("store_unavailable", "There are no datasets here.");
};

/** The services of an application without datasets. */
export function noDatasets(): DatasetRouteServices {
  const store = {
    datasets: async () => [],
    dataset: async () => undefined,
    snapshots: async () => [],
    snapshot: async () => undefined,
    downloads: async () => 0,
    snapshotById: async () => undefined,
    latest: async () => new Map(),
    hasTakedowns: async () => false,
    withdraw: async () => undefined,
    takeDown: async () => [],
    countDownloads: async () => undefined,
  };
  const files = {
    kind: "local",
    publish: refuse,
    size: async () => undefined,
    read: () => new ReadableStream<Uint8Array>(),
    remove: refuse,
    folders: async () => [],
    signedUrl: async () => null,
  } as const;
  return {
    datasets: { store, files, builds: { start: refuse, read: refuse, close: async () => undefined } },
    datasetDownloads: {
      ...{ reader: store, files, acceptances: { has: async () => false, record: refuse } },
      ...{ anonymous: false, redirects: false, streamBytes: 0, keptMs: 0, selectParquet: refuse as never },
      exports: { start: refuse, read: refuse, cancel: refuse, sweep: refuse, close: async () => undefined },
      counts: { add: () => undefined, flush: async () => undefined, close: async () => undefined },
    },
  };
}
