import { join } from "node:path";
import { writerVersions } from "../../package-version";
import { isSurelyDead, thisProcess } from "../../run-holder";
import { createParquetThread, type ParquetThread } from "../../services/parquet/parquet-thread";
import { createTrainingSets, type TrainingSets } from "../../services/training-set/training-sets";
import type { createPostgresTrainingSetStore } from "../../stores/postgres-training-set-store";
import { createTrainingSetFiles } from "../../stores/training-set-files";
import type { Session } from "../base/session";

/** Opens the training sets for a command, which waits only for its own. */
export async function openSets(
  { config, database, registry }: Session,
  store: ReturnType<typeof createPostgresTrainingSetStore>,
  parquet: ParquetThread = parquetThread(config),
): Promise<TrainingSets> {
  return createTrainingSets({
    database,
    store,
    files: createTrainingSetFiles(join(config.dataDir, "training-sets")),
    parquet,
    packages: writerVersions(),
    snapshot: () => registry.snapshot(),
    holder: await thisProcess(),
    isDead: isSurelyDead,
    maxRows: config.trainingSets.maxRows,
    spineLimits: config.trainingSets.spineLimits,
    maxJoinedRows: config.trainingSets.maxJoinedRows,
    limits: null,
    deadlineMs: config.trainingSets.deadlineMs,
    onFault: () => undefined, // the caller that waits for it gets the error
  });
}

/** Creates the thread that reads and writes Parquet; it starts on first use. */
export function parquetThread({ trainingSets }: Session["config"]): ParquetThread {
  return createParquetThread({ memoryMb: trainingSets.parquetMb });
}
