import type { ParquetThread } from "../../columnar/index";
import { FeatstoreError } from "../../core/index";
import type { CallOptions } from "../../database/index";
import {
  type Engine,
  refusalOf,
  type SourceState,
  type SourceWrites,
  type TransactionWatermark,
} from "../../engine/index";
import { type ResultRows, resultRows } from "../output/result-rows";
import { manifestOf, type TrainingManifest, type TrainingOptions } from "../output/training-manifest";
import { writeResult } from "../output/write-result";
import { compileLabels, knownUntil } from "../plan/label-plan";
import { labelRows } from "../plan/label-rows";
import type { LeakageReport } from "../plan/leakage";
import { snapshotsOf, withSnapshots } from "../plan/pin-snapshots";
import type { TrainingPlan } from "../plan/plan-types";
import { createSplitter } from "../plan/split";
import type { PassthroughColumn } from "../spine/check-spine";
import type { LoadedSpine } from "../spine/load-spine";
import type { TrainingSetFiles } from "../training-set-files";
import type { TrainingSetStore } from "../training-set-store";
import type { HeldTrainingSet } from "../training-set-types";

export interface JobDependencies {
  readonly engine: Engine;
  readonly store: TrainingSetStore;
  readonly files: TrainingSetFiles;
  readonly parquet: ParquetThread;
  /** Package versions that the result's bytes depend on. */
  readonly packages: Readonly<Record<string, string>>;
  /** Maximum pairs of source and spine rows that a join may examine. */
  readonly maxJoinedRows: number;
}

/** A job whose spine is loaded. */
export interface LoadedJob {
  readonly held: HeldTrainingSet;
  readonly plan: TrainingPlan;
  readonly options: TrainingOptions;
  readonly spine: LoadedSpine;
  readonly passthrough: readonly PassthroughColumn[];
  /** The manifest of the training set that is rerun; null for a new one. */
  readonly again: TrainingManifest | null;
}

/**
 * Builds and publishes the result: afterwards the folder has its final name, and the manifest describes its content.
 * Errors: `DatabaseError`, those of `Engine.planJoin` and `resultRows`, `cast_failed`, `training_set_leaks`.
 */
export async function makeTrainingSet(
  dependencies: JobDependencies,
  job: LoadedJob,
  onRows: (rows: ResultRows) => void,
  call: CallOptions,
): Promise<TrainingManifest> {
  const { engine, store, files, parquet, packages, maxJoinedRows } = dependencies;
  const { held, options, spine, passthrough, again } = job;
  const { split, labelColumn } = options;
  // Taken before the first read, so that writes of transactions open now count as later.
  const watermark = await engine.transactionWatermark(call);
  const spineAt = { id: held.id, rows: spine.rows, secondsLater: 0 };
  const sourcesAt = await store.now();
  const before = await statesBefore(engine, job, call);
  const plan = withSnapshots(job.plan, snapshotsOf(job.plan, before));
  const join = await engine.planJoin(spineAt, plan, maxJoinedRows, call);
  const horizons = await compileLabels(dependencies, { held, plan, spine }, call);
  const known = knownUntil(plan, before, sourcesAt);
  const labels = horizons.length === 0 ? null : await labelRows({ engine, files, held }, horizons, plan.labels, call);
  const result = resultRows(engine, {
    plan,
    join,
    spine: held,
    asOfColumn: options.asOfColumn,
    passthrough,
    splitter:
      split === null ? null : { by: createSplitter(split), groupColumn: split.by === "group" ? split.column : null },
    labelColumn,
    labels,
    knownUntil: known,
  });
  onRows(result);
  const written = await writeResult({ files, parquet }, held, result, options.format, call);
  await labels?.close();
  if (result.rows() !== spine.rows) throw new Error(`${result.rows()} rows of a spine of ${spine.rows}`);
  result.lost.requireStrict();
  const leakage = result.leakage();
  if (leakage.refused && options.allowLeakage === null) throw leaks(leakage);
  const after = await sourceStates(engine, plan, call);
  const writes = again === null ? [] : await sourceWrites(engine, plan, again.horizon, call);
  const manifest = manifestOf({
    id: held.id,
    plan,
    join,
    options,
    spine,
    before,
    after,
    watermark,
    writes,
    sourcesAt,
    knownUntil: known,
    result,
    written,
    packages,
    again,
  });
  call.signal?.throwIfAborted();
  // If the lease has expired, another process may have resumed the job.
  if ((await store.heartbeat(held, spine.rows)) === "ended") throw new Error("Another process ended the training set");
  await files.publish(held, `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Returns the states of the sources before they are read: for a rerun, at the snapshots of the original while its tables have them. */
async function statesBefore(
  engine: Engine,
  { plan, again }: LoadedJob,
  call: CallOptions,
): Promise<readonly SourceState[]> {
  const stored = plan.sources.map(({ name }) => again?.sources.find(({ source }) => source === name) ?? {});
  const original = snapshotsOf(plan, stored);
  if (original.size > 0) {
    try {
      return await sourceStates(engine, withSnapshots(plan, original), call);
    } catch (error) {
      // A snapshot has expired; the rerun reports that its source has moved.
      if (refusalOf(error) === null) throw error;
    }
  }
  return sourceStates(engine, plan, call);
}

function leaks({ features }: LeakageReport): FeatstoreError {
  const errors = features.map(({ feature, label, share, rows, advice }) => ({
    path: feature,
    detail: `it equals "${label}" in ${(share * 100).toFixed(1)} % of ${rows} rows: ${advice}`,
  }));
  return new FeatstoreError(
    "training_set_leaks",
    `${errors[0]?.path}: ${errors[0]?.detail} If that is meant, say why with allow_leakage (on the command line --allow-leakage).`,
    { errors },
  );
}

export async function sourceStates(
  engine: Pick<Engine, "sourceState">,
  plan: TrainingPlan,
  options: CallOptions,
): Promise<readonly SourceState[]> {
  const states: SourceState[] = [];
  for (const source of plan.sources) states.push(await engine.sourceState(source, plan.tenant, options));
  return states;
}

/** Reads the writes since `watermark` to each source of a plan, in order. Old training sets have no watermark. */
export async function sourceWrites(
  engine: Pick<Engine, "writesSince">,
  plan: TrainingPlan,
  watermark: TransactionWatermark | undefined,
  options: CallOptions,
): Promise<readonly SourceWrites[]> {
  const writes: SourceWrites[] = [];
  for (const source of plan.sources)
    writes.push(
      watermark === undefined ? "unknown" : await engine.writesSince(source, plan.tenant, watermark, options),
    );
  return writes;
}
