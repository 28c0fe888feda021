import type { ParquetThread } from "../columnar/index";
import { createCronReader, FeatstoreError } from "../core/index";
import type { Engine } from "../engine/index";
import type { Platform } from "../platform/index";
import type { RegistrySnapshot } from "../registry/index";
import type { UsageMeter } from "../usage/index";
import { createDownloads } from "./download/create-downloads";
import { openDatasets } from "./open-datasets";
import type { DatasetRouteServices } from "./routes";
import { startDueBuilds } from "./snapshots/start-schedule";

export interface DatasetDependencies {
  readonly engine: Engine;
  /** Returns the newest registry. */
  readonly snapshot: () => Promise<RegistrySnapshot>;
  readonly usage: UsageMeter;
  /** Reads columns of Parquet files for exports. */
  readonly parquet: ParquetThread;
}

const TICK_MS = 10_000;

/** Creates the datasets of a server, and starts the builds that are due by their schedules. */
export async function createDatasets(
  platform: Platform,
  { engine, snapshot, usage, parquet }: DatasetDependencies,
): Promise<DatasetRouteServices> {
  const { config, database, clock, logger, materializes, onClose } = platform;
  const { store, files, builds, buildStore, workFolder } = await openDatasets({ config, database, engine, snapshot });
  onClose(() => builds.close());
  if (materializes && config.scheduler !== "off") {
    const readCron = createCronReader();
    const tick = () =>
      startDueBuilds({
        datasets: () => store.datasets(),
        newest: buildStore.newest,
        start: builds.start,
        readCron,
        clock: () => BigInt(Math.trunc(clock())),
        onFault: (error, dataset) => {
          // Another server was faster.
          if (error instanceof FeatstoreError && error.code === "dataset_build_running") return;
          logger.warn({ err: error, dataset }, "a scheduled build of a dataset failed");
        },
      });
    onClose(every(TICK_MS, tick, (error) => logger.warn({ err: error }, "schedules of datasets could not be read")));
  }
  return {
    datasets: { store, files, builds: materializes ? builds : readOnly(builds) },
    datasetDownloads: await createDownloads(platform, { store, files, workFolder, parquet, usage }),
  };
}

/** Runs `work` again and again, with a pause after each. Returns the function that stops it. */
function every(pauseMs: number, work: () => Promise<void>, onFault: (error: unknown) => void): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const again = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => void work().catch(onFault).finally(again), pauseMs);
    timer.unref();
  };
  again();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

function readOnly(builds: DatasetRouteServices["datasets"]["builds"]): DatasetRouteServices["datasets"]["builds"] {
  return {
    ...builds,
    start: async () => {
      throw new FeatstoreError(
        "store_unavailable",
        "This server's database role may only read: send the request to a server whose role may materialize.",
      );
    },
  };
}
