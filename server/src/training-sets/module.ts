import { join } from "node:path";
import type { AuditLog } from "../audit-log/index";
import type { ParquetThread } from "../columnar/index";
import { FeatstoreError, repeat, writerVersions } from "../core/index";
import { isSurelyDead, thisProcess } from "../database/index";
import type { Engine } from "../engine/index";
import type { Platform } from "../platform/index";
import type { ServingRegistry } from "../serving/index";
import type { UsageMeter } from "../usage/index";
import type { TrainingSetServices } from "./routes";
import { createTrainingSetFiles } from "./training-set-files";
import { createTrainingSetStore } from "./training-set-store";
import { createTrainingSets, type TrainingSets } from "./training-sets";

export interface TrainingSetDependencies {
  readonly engine: Engine;
  readonly registry: ServingRegistry;
  readonly parquet: ParquetThread;
  readonly usage: UsageMeter;
  readonly auditLog: AuditLog;
}

const SWEEP_MS = 60_000;

/** Creates the service for training sets and its sweeper. A server that only reads does not make or change any. */
export async function createTrainingSetModule(
  { config, database, logger, materializes, onClose }: Platform,
  { engine, registry, parquet, usage, auditLog }: TrainingSetDependencies,
): Promise<TrainingSetServices["trainingSets"]> {
  const { maxRows, spineLimits, maxJoinedRows, maxWaiting, maxWaitingPerTenant, deadlineMs, retentionDays } =
    config.trainingSets;
  const sets = createTrainingSets({
    engine,
    store: createTrainingSetStore(database),
    files: createTrainingSetFiles(join(config.dataDir, "training-sets")),
    parquet,
    packages: writerVersions(),
    snapshot: async () => (await registry.newest()).snapshot,
    holder: await thisProcess(),
    isDead: isSurelyDead,
    maxRows,
    spineLimits,
    maxJoinedRows,
    limits: { total: maxWaiting, perTenant: maxWaitingPerTenant },
    deadlineMs,
    retentionDays,
    resumesDeadJobs: true,
    onFault: (error, id) => logger.error({ err: error, training_set: id }, "training set failed"),
  });
  onClose(() => sets.close());
  if (materializes)
    onClose(
      repeat(
        () => sets.sweep(),
        SWEEP_MS,
        (error) => logger.warn({ err: error }, "the sweep of training sets failed"),
      ),
    );
  return {
    sets: materializes ? sets : readOnlyTrainingSets(sets),
    spines: { maxBytes: config.trainingSets.maxSpineBytes, limits: spineLimits, parquet },
    onRead: usage.record,
    onSent: usage.countBytes,
    auditLog,
  };
}

/** Allows reads and downloads of training sets only; other calls throw `store_unavailable`. */
function readOnlyTrainingSets(sets: TrainingSets): TrainingSets {
  const refuse = async (): Promise<never> => {
    throw new FeatstoreError(
      "store_unavailable",
      "This server's database role may only read features: send the request to a server whose role may materialize.",
    );
  };
  return { ...sets, start: refuse, rerun: refuse, resume: refuse, cancel: refuse, delete: refuse };
}
