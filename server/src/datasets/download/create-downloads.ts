import type { ParquetThread } from "../../columnar/index";
import { repeat } from "../../core/index";
import { isSurelyDead, thisProcess } from "../../database/index";
import type { Platform } from "../../platform/index";
import type { UsageMeter } from "../../usage/index";
import type { DatasetStore } from "../dataset-store";
import type { SnapshotFiles } from "../files/snapshot-files";
import { createAcceptances } from "./acceptance-store";
import { createDownloadCounts } from "./download-counts";
import type { Downloads } from "./downloads";
import { createExportStore } from "./export-store";
import { createExports } from "./exports";
import { createSelectParquet } from "./select-parquet";
import { createUnchangedFiles } from "./unchanged-files";

export interface DownloadDependencies {
  readonly store: DatasetStore;
  readonly files: SnapshotFiles;
  readonly parquet: ParquetThread;
  /** A local folder for files that are not complete. */
  readonly workFolder: string;
  readonly usage: Pick<UsageMeter, "countBytes">;
}

const SWEEP_MS = 60_000;

/** Creates what downloads of datasets need, and starts to remove expired exports. */
export async function createDownloads(
  { config: { datasets }, database, clock, logger, materializes, onClose }: Platform,
  { store, files, parquet, workFolder, usage }: DownloadDependencies,
): Promise<Downloads> {
  const selectParquet = createSelectParquet(parquet, workFolder);
  const onFault = (error: unknown, path: string) => logger.error({ err: error, file: path }, "a dataset's file failed");
  const counts = createDownloadCounts({
    store,
    clock,
    onFault: (error) => logger.warn({ err: error }, "downloads of datasets could not be counted"),
  });
  const exports = createExports({
    ...{ store: createExportStore(database), files, selectParquet, workFolder, onFault },
    holder: await thisProcess(),
    isDead: isSurelyDead,
    keptMs: datasets.exportMs,
    onJobFault: (error, id) => logger.error({ err: error, export: id }, "an export of a dataset failed"),
  });
  onClose(() => exports.close());
  // A server that only reads stores no counts, exports or acceptances.
  if (materializes) {
    onClose(() => counts.close());
    onClose(
      repeat(
        () => exports.sweep(),
        SWEEP_MS,
        (error) => logger.warn({ err: error }, "the sweep of exports failed"),
      ),
    );
  }
  return {
    ...{ reader: store, files, selectParquet, acceptances: createAcceptances(database), exports, counts, onFault },
    unchanged: createUnchangedFiles(files),
    anonymous: datasets.anonymous,
    redirects: datasets.s3?.redirect === true,
    streamBytes: datasets.streamBytes,
    keptMs: datasets.exportMs,
    onSent: usage.countBytes,
  };
}
