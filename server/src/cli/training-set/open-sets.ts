import { join } from "node:path";
import { createParquetThread, type ParquetThread } from "../../columnar/index";
import { writerVersions } from "../../core/index";
import { isSurelyDead, thisProcess } from "../../database/index";
import {
  createTrainingSetFiles,
  type createTrainingSetStore,
  createTrainingSets,
  type TrainingSets,
} from "../../training-sets/index";
import type { Session } from "../kit/session";

/** Opens the training sets for a command, which waits only for its own. */
export async function openSets(
  { config, engine, registry }: Session,
  store: ReturnType<typeof createTrainingSetStore>,
  parquet: ParquetThread = parquetThread(config),
): Promise<TrainingSets> {
  return createTrainingSets({
    engine,
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
