// Long because starting, running, ending and cancelling a job share one state.
import { randomInt } from "node:crypto";
import { columnsOf } from "@featstore/definitions/compiler";
import { FeatstoreError, isTimeZone } from "../core/index";
import { type CallOptions, followClock, type RunHolder } from "../database/index";
import type { RegistrySnapshot } from "../registry/index";
import { restoreJob, storedJob, storedManifest } from "./jobs/stored-job";
import { createTenantQueue } from "./jobs/tenant-queue";
import { failureOf, spineError } from "./jobs/training-failure";
import { type JobDependencies, type LoadedJob, makeTrainingSet, sourceStates, sourceWrites } from "./jobs/training-job";
import type { ResultColumn, TrainingFormat } from "./output/result-column";
import type { ResultRows } from "./output/result-rows";
import { isOfSources, reuseKeyOf, type TrainingManifest, type TrainingOptions } from "./output/training-manifest";
import { invalidLabel } from "./plan/label-request";
import type { TrainingPlan } from "./plan/plan-types";
import { createSplitter, type Split } from "./plan/split";
import { columnsMade, planAgain, planTrainingSet, type TrainingSelection } from "./plan/training-plan";
import { checkSpine, type PassthroughColumn } from "./spine/check-spine";
import { adoptSpine, loadSpine, loadStoredSpine } from "./spine/load-spine";
import { spineInputs } from "./spine/spine-inputs";
import type { SpineLimits } from "./spine/spine-limits";
import type { SpineReader } from "./spine/spine-row";
import type { HeldTrainingSet, StoredTrainingSet, TrainingSetLimits } from "./stored-training-set";

/** A request for a training set. */
export interface TrainingSetRequest extends TrainingSelection {
  readonly spine: SpineReader;
  readonly format: TrainingFormat;
  /** The tenant whose features are read; null for none. */
  readonly tenant: string | null;
  /** Default `as_of`. */
  readonly asOfColumn?: string | undefined;
  /** The IANA zone of as-of times without an offset; absent, such times are refused. */
  readonly timeZone?: string | undefined;
  /** The spine columns to keep in the result. Default: all. */
  readonly columns?: readonly string[] | undefined;
  readonly split?: Split | undefined;
  /** The passthrough column or key that is a label; its distribution and the features that equal it are reported. */
  readonly labelColumn?: string | undefined;
  /** The reason why features may equal a label. */
  readonly allowLeakage?: string | undefined;
  /** Reuses a finished training set with the same definitions, spine, options and sources. Sources without transaction ids never count as unchanged. */
  readonly reuse?: boolean | undefined;
  /** Cancels the training set, including the loading of its spine. */
  readonly signal?: AbortSignal | undefined;
}

/** The current state of a training set. */
export interface TrainingSetState extends StoredTrainingSet {
  /** True if the data is on this machine. */
  readonly isHere: boolean;
}

export interface StartedTrainingSet {
  readonly id: string;
  /** True if an earlier training set is reused. */
  readonly isReused: boolean;
  /** Resolves with the manifest, or rejects. Awaiting it is optional. */
  readonly done: Promise<TrainingManifest>;
  /** Rows written so far, of all spine rows. */
  progress(): { readonly rows: number; readonly total: number };
}

/** The file of a finished training set. `read` streams the bytes from `first` to `last`, both inclusive. */
export interface TrainingSetData {
  readonly file: string;
  readonly format: TrainingFormat;
  readonly bytes: number;
  /** SHA-256 as 64 hexadecimal digits. */
  readonly sha256: string;
  /** The view versions of its values. */
  readonly views: readonly Pick<TrainingManifest["views"][number], "view" | "version">[];
  read(first: number, last: number): ReadableStream<Uint8Array>;
}

/** Builds training sets one at a time; others wait, and tenants take turns. */
export interface TrainingSets {
  /**
   * Loads the spine, then builds the result in the background. Errors: those of the spine (`spine_…`) and of names,
   * `tenant_required`, `split_invalid`, `invalid_parameter`, `training_queue_full`, `training_tenant_queue_full`.
   */
  start(request: TrainingSetRequest): Promise<StartedTrainingSet>;
  /** Rebuilds a finished training set. Errors: as `start`, `training_set_not_found`, `training_set_not_finished`, `training_set_elsewhere`. */
  rerun(id: string, tenant: string | null, signal?: AbortSignal): Promise<StartedTrainingSet>;
  /** Reads the state. Errors: `training_set_not_found`, also for another tenant's training set. */
  read(id: string, tenant: string | null): Promise<TrainingSetState>;
  /**
   * Attaches to a training set that is active or finished; if the process that built it has died, this process continues.
   * Errors: `training_set_not_found`, `training_set_without_data`, `training_set_elsewhere`, `training_set_not_finished`
   * if another process builds it.
   */
  resume(id: string, tenant: string | null, signal?: AbortSignal): Promise<StartedTrainingSet>;
  /** Cancels a training set that is not finished. Errors: `training_set_not_found`, `training_set_finished`. */
  cancel(id: string, tenant: string | null): Promise<TrainingSetState>;
  /** Deletes a finished training set, cancels an unfinished one. Errors: `training_set_not_found`. */
  delete(id: string, tenant: string | null): Promise<TrainingSetState>;
  /** Opens the file. Errors: `training_set_not_found`, `training_set_not_finished`, `training_set_without_data`, `training_set_elsewhere`. */
  data(id: string, tenant: string | null): Promise<TrainingSetData>;
  /** Resumes the jobs of dead processes, and removes their other files and expired training sets. */
  sweep(): Promise<void>;
  /** Stops the active jobs and waits for their end. */
  close(): Promise<void>;
}

export interface TrainingSetsOptions extends JobDependencies {
  readonly snapshot: () => Promise<RegistrySnapshot>;
  readonly holder: RunHolder;
  readonly isDead: (holder: RunHolder) => Promise<boolean>;
  readonly maxRows: number;
  readonly spineLimits: SpineLimits;
  /** Limits of waiting jobs over all servers of the database; null for no limit. */
  readonly limits: TrainingSetLimits | null;
  /** Milliseconds allowed for reading a spine and for building a result, each. */
  readonly deadlineMs: number;
  readonly onFault: (error: unknown, id: string) => void;
  /** True if `sweep` resumes the jobs of dead processes. Default false: another process resumes them. */
  readonly resumesDeadJobs?: boolean;
  /** Days until an ended training set expires, finished or not. Default null: never. */
  readonly retentionDays?: number | null;
  /** Milliseconds between heartbeats of the two-minute lease. Default 5,000. */
  readonly heartbeatMs?: number;
}

/** A job of this process. */
interface Job {
  readonly held: HeldTrainingSet;
  readonly tenant: string | null;
  readonly controller: AbortController;
  isCancelled: boolean;
  rows: ResultRows | null;
  /** Set once its spine is loaded; from then on another process could resume it. */
  started: StartedTrainingSet | null;
  readonly stopHeartbeat: () => Promise<void>;
}

const ID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const ID = /^[a-z2-7]{16}$/;

/** @example const { id, done } = await createTrainingSets(options).start({ service: "hit_predictor", spine, format: "parquet", tenant: null }); */
export function createTrainingSets(options: TrainingSetsOptions): TrainingSets {
  const { store, files, holder, isDead, deadlineMs, packages } = options;
  const jobs = new Map<string, Job>();
  const queue = createTenantQueue();
  let isClosed = false;

  const readStored = async (id: string, tenant: string | null): Promise<StoredTrainingSet> => {
    const stored = ID.test(id) ? await store.read(id) : undefined;
    if (stored === undefined || stored.tenant !== tenant)
      throw new FeatstoreError("training_set_not_found", `There is no training set "${id.slice(0, 40)}".`);
    return stored;
  };

  const stateOf = async (stored: StoredTrainingSet): Promise<TrainingSetState> => ({
    ...stored,
    rowsDone: jobs.get(stored.id)?.rows?.rows() ?? stored.rowsDone,
    isHere:
      stored.state === "finished" && (await files.size(stored.id, storedManifest(stored).result.file)) !== undefined,
  });

  const finished = async (id: string, tenant: string | null): Promise<TrainingManifest> => {
    const stored = await readStored(id, tenant);
    if (stored.state !== "finished") throw isActive(stored) ? notFinished(stored) : withoutData(stored);
    const manifest = storedManifest(stored);
    if ((await files.size(id, manifest.result.file)) !== manifest.result.bytes)
      throw new FeatstoreError(
        "training_set_elsewhere",
        `The file of the training set is not in this server's data folder. It was built on "${stored.holder.host}".`,
      );
    return manifest;
  };

  /** Ends the jobs of dead processes that cannot be resumed; returns the tokens of all jobs of dead processes. */
  const endDeadJobs = async (): Promise<readonly string[]> => {
    const dead: string[] = [];
    for (const each of await store.holders()) {
      if (!jobs.has(each.id) && (await isDead(each.holder))) dead.push(each.token);
    }
    await store.sweep(dead);
    // Folders of ids that the database does not know belong to another database's jobs.
    for (const id of await store.withoutResult(await files.ids())) if (!jobs.has(id)) await files.remove(id);
    for (const work of await store.abandoned(await files.works())) if (!jobs.has(work.id)) await files.discard(work);
    return dead;
  };

  const sweep = async (): Promise<void> => {
    if (options.retentionDays !== undefined && options.retentionDays !== null)
      await store.expire(options.retentionDays);
    const dead = await endDeadJobs();
    if (options.resumesDeadJobs !== true) return;
    for (const { id, token } of await store.orphans(dead)) {
      if (isClosed) return;
      if (!jobs.has(id)) await resumeOrphan(id, token, undefined).catch((error: unknown) => options.onFault(error, id));
    }
  };

  const startHeartbeat = (held: HeldTrainingSet, job: () => Job): (() => Promise<void>) => {
    let under: Promise<void> | null = null;
    const timer = setInterval(() => {
      const { controller, rows } = job();
      under ??= store
        .heartbeat(held, rows?.rows() ?? 0)
        .then(
          (answer) => {
            if (answer === "cancelled") job().isCancelled = true;
            if (answer !== "held") controller.abort();
          },
          () => undefined, // the database is unreachable: the next heartbeat tries again
        )
        .finally(() => {
          under = null;
        });
    }, options.heartbeatMs ?? 5_000);
    timer.unref();
    return async () => {
      clearInterval(timer);
      await under;
    };
  };

  /** Acquires a job with `hold` and creates its folder. Returns undefined if `hold` did. */
  const admit = async (
    { id, tenant }: Pick<StoredTrainingSet, "id" | "tenant">,
    hold: () => Promise<HeldTrainingSet | undefined>,
    signal: AbortSignal | undefined,
  ): Promise<Job | undefined> => {
    if (isClosed)
      throw new FeatstoreError("training_queue_full", "The server is stopping: try again later.", {
        headers: { "retry-after": "30" },
      });
    const job: Job = {
      held: { id, token: "", table: "" },
      tenant,
      controller: new AbortController(),
      isCancelled: false,
      rows: null,
      started: null,
      stopHeartbeat: async () => {},
    };
    // From here on, sweeps of this process know it as their own.
    jobs.set(id, job);
    try {
      const held = await hold();
      if (held === undefined) {
        jobs.delete(id);
        return undefined;
      }
      const heldJob: Job = { ...job, held, stopHeartbeat: startHeartbeat(held, () => jobs.get(id) ?? heldJob) };
      jobs.set(id, heldJob);
      signal?.addEventListener("abort", () => stop(heldJob), { once: true });
      if (signal?.aborted === true) stop(heldJob);
      await files.make(held);
      return heldJob;
    } catch (error) {
      const active = jobs.get(id);
      if (active?.held.token) await fail(active, error);
      jobs.delete(id);
      throw error;
    }
  };

  /** Creates a job after `before` succeeds; `before` throws for requests that are refused at once. */
  const begin = async (
    plan: TrainingPlan,
    request: unknown,
    signal: AbortSignal | undefined,
    before: () => Promise<void> = async () => {},
  ): Promise<Job> => {
    const id = Array.from({ length: 16 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join("");
    const hold = async () => {
      await before();
      await endDeadJobs().catch((error: unknown) => options.onFault(error, id));
      const [registered] = plan.views;
      const names = plan.entity.key.map(({ name }) => name);
      const keys =
        registered === undefined ? [] : columnsOf(registered.view).filter(({ name }) => names.includes(name));
      return store.beginJob({ id, tenant: plan.tenant, request, holder, keys, limits: options.limits });
    };
    const job = await admit({ id, tenant: plan.tenant }, hold, signal);
    if (job === undefined) throw new Error("No new job");
    return job;
  };

  /** Resumes the loaded job of a dead process. Returns undefined if another process has it or it has ended. */
  const resumeOrphan = async (
    id: string,
    token: string,
    signal: AbortSignal | undefined,
  ): Promise<StartedTrainingSet | undefined> => {
    const stored = await store.read(id);
    if (stored === undefined) return undefined;
    const job = await admit(stored, () => store.take(id, token, holder), signal);
    if (job === undefined) return undefined;
    try {
      await adoptSpine(files, { id, token }, job.held);
      // Restored at its turn, so that a crash of this process counts as an attempt.
      return enqueue(job, stored.spineRows ?? 0, async (call) =>
        restoreJob(options, await options.snapshot(), job.held, call),
      );
    } catch (error) {
      await fail(job, error);
      throw error;
    }
  };

  const stop = (job: Job): void => {
    job.isCancelled = true;
    job.controller.abort();
  };

  /** Ends a job without a result and removes its files. When this process stops, a resumable job is released instead. */
  const fail = async (job: Job, error: unknown): Promise<void> => {
    const { held } = job;
    await job.stopHeartbeat();
    if (isClosed && job.started !== null && !job.isCancelled) {
      // If the database is unreachable, the lease expires.
      await store.release(held).catch(() => undefined);
      await files.discard(held);
    } else {
      const outcome = job.isCancelled
        ? ({ state: "cancelled", failure: null } as const)
        : ({ state: "failed", failure: isClosed ? INTERRUPTED : failureOf(error) } as const);
      // If the database is unreachable, the next sweep ends it.
      const isEnded = await store.end(held, outcome).catch(() => false);
      // A folder with the final name may belong to another process that resumed the job.
      await (isEnded ? files.remove(held.id) : files.discard(held));
    }
    jobs.delete(held.id);
  };

  const make = async (job: Job, load: (call: CallOptions) => Promise<LoadedJob>): Promise<TrainingManifest> => {
    try {
      job.controller.signal.throwIfAborted();
      if (!(await store.start(job.held))) throw new Error(ENDED_ELSEWHERE);
      const onRows = (rows: ResultRows) => {
        job.rows = rows;
      };
      const call = { signal: job.controller.signal, deadlineMs };
      const manifest = await makeTrainingSet(options, await load(call), onRows, call);
      await job.stopHeartbeat();
      if (!(await store.end(job.held, { state: "finished", manifest }))) throw new Error(ENDED_ELSEWHERE);
      jobs.delete(job.held.id);
      return manifest;
    } catch (error) {
      if (!job.isCancelled && !isClosed) options.onFault(error, job.held.id);
      await fail(job, error);
      throw error;
    }
  };

  const enqueue = (
    job: Job,
    spineRows: number,
    load: (call: CallOptions) => Promise<LoadedJob>,
  ): StartedTrainingSet => {
    const done = queue.run(job.tenant, () => make(job, load), job.controller.signal);
    const progress = () => ({ rows: job.rows?.rows() ?? 0, total: spineRows });
    job.started = { id: job.held.id, isReused: false, done, progress };
    return job.started;
  };

  /** Loads the spine, looks for a training set to reuse, and queues the job. */
  const loadAndQueue = async (
    job: Job,
    plan: TrainingPlan,
    jobOptions: TrainingOptions,
    load: () => Promise<Pick<LoadedJob, "spine" | "passthrough">>,
    { again, reuse }: { readonly again: TrainingManifest | null; readonly reuse: boolean },
  ): Promise<StartedTrainingSet> => {
    try {
      const loaded: LoadedJob = { held: job.held, plan, options: jobOptions, again, ...(await load()) };
      const reuseKey = reuseKeyOf({ plan, options: jobOptions, spine: loaded.spine, packages });
      const known = reuse ? await reusable(plan, reuseKey) : undefined;
      if (known !== undefined) {
        job.isCancelled = true;
        await fail(job, undefined);
        return reusedTrainingSet(known);
      }
      if (!(await store.queue(job.held, { spineRows: loaded.spine.rows, reuseKey, job: storedJob(loaded) })))
        throw new Error(ENDED_ELSEWHERE);
      return enqueue(job, loaded.spine.rows, async () => loaded);
    } catch (error) {
      const failure = spineError(error);
      await fail(job, failure);
      throw failure;
    }
  };

  const reusable = async (plan: TrainingPlan, reuseKey: string): Promise<TrainingManifest | undefined> => {
    const candidates = await store.finished(reuseKey, plan.tenant);
    if (candidates.length === 0) return undefined;
    const states = await sourceStates(store, plan, { deadlineMs });
    for (const candidate of candidates) {
      const manifest = storedManifest(candidate);
      const isHere = (await files.size(candidate.id, manifest.result.file)) === manifest.result.bytes;
      // Older manifests do not count lost values, so a strict cast may have lost one.
      if (!isHere || manifest.unparsed === undefined || !isOfSources(manifest, plan, states)) continue;
      // If rows may have been changed in place, a new training set is the safe choice.
      const writes = await sourceWrites(store, plan, manifest.horizon, { deadlineMs });
      if (writes.every((each) => each === "none")) return manifest;
    }
    return undefined;
  };

  const cancel = async (id: string, tenant: string | null): Promise<TrainingSetState> => {
    await store.requestCancel(id);
    const job = jobs.get(id);
    if (job !== undefined) stop(job);
    return stateOf(await readStored(id, tenant));
  };

  return {
    async start(request) {
      const {
        tenant,
        format,
        asOfColumn = "as_of",
        timeZone = null,
        columns = null,
        split = null,
        labelColumn = null,
        allowLeakage = null,
      } = request;
      const plan = planTrainingSet(await options.snapshot(), request, tenant);
      if (timeZone !== null && !isTimeZone(timeZone))
        throw new FeatstoreError("invalid_parameter", `time_zone: there is no time zone "${timeZone.slice(0, 60)}".`);
      if (split !== null) createSplitter(split);
      const service = request.service ?? null;
      const jobOptions: TrainingOptions = { service, format, asOfColumn, timeZone, split, labelColumn, allowLeakage };
      const keyNames = plan.entity.key.map(({ name }) => name);
      if (keyNames.includes(asOfColumn))
        throw new FeatstoreError("invalid_parameter", `as_of_column: "${asOfColumn}" is a key of the entity.`);
      const needed = [labelColumn, split?.by === "group" ? split.column : null].filter(
        (name) => name !== null && !keyNames.includes(name),
      );
      const columnNames = columnsMade(plan).map(({ column }) => column);
      const resultColumns = [...columnNames, ...plan.labels.map(({ column }) => column)];
      const taken = [...keyNames, asOfColumn, ...columnNames];
      const clashing = plan.labels.findIndex(({ column }) => taken.includes(column));
      if (clashing !== -1)
        throw invalidLabel(
          `labels[${clashing}].name`,
          `the result already has a column "${plan.labels[clashing]?.column}"`,
        );
      const checked = checkSpine(request.spine, {
        entity: plan.entity,
        scope: plan.scope,
        asOfColumn,
        timeZone,
        columns: columns === null ? null : [...new Set([...columns, ...needed])].filter((name) => name !== null),
        needed: needed.filter((name) => name !== null),
        taken: new Set([...resultColumns, ...(split === null ? [] : ["_split"])]),
        inputs: spineInputs(plan, [...keyNames, asOfColumn]),
        maxRows: options.maxRows,
        limits: options.spineLimits,
        now: await followClock(() => store.now()),
      });
      // Checks the columns before the job is created, so that a refused spine leaves no job.
      const pending = begin(plan, { ...jobOptions, features: resultColumns }, request.signal, () => checked.open());
      const job = await pending.catch(async (error: unknown) => {
        await checked.close();
        throw spineError(error);
      });
      const load = async () => {
        const loading = { store, files, held: job.held, keys: keyNames };
        const call = { signal: job.controller.signal, deadlineMs };
        // Not awaited: a client that sends nothing more would block the job. The close also covers rows that were never read.
        const spine = await loadSpine(loading, checked.rows(), plan.scope, call).finally(() => void checked.close());
        return { spine, passthrough: checked.columns() };
      };
      return loadAndQueue(job, plan, jobOptions, load, { again: null, reuse: request.reuse === true });
    },

    async rerun(id, tenant, signal) {
      const original = await finished(id, tenant);
      const pinned = original.columns.flatMap(({ name, role, view, version, feature }) =>
        role !== "feature" || view === undefined || version === undefined || feature === undefined
          ? []
          : [{ column: name, view, version, feature }],
      );
      const labels = (original.labels ?? []).map(({ name, horizon_seconds: seconds, view, version, feature }) => ({
        column: name,
        view,
        version,
        feature,
        horizonSeconds: seconds,
      }));
      const service = original.service ?? null;
      const plan = planAgain(await options.snapshot(), { features: pinned, labels, service }, tenant);
      // Old manifests have no label options.
      const jobOptions: TrainingOptions = { ...NO_LABELS, ...original.options };
      const job = await begin(plan, { ...jobOptions, rerun: id }, signal);
      const load = async () => {
        const loading = { store, files, held: job.held, keys: plan.entity.key.map(({ name }) => name) };
        const spine = await loadStoredSpine(loading, id, { signal: job.controller.signal, deadlineMs });
        if (spine.sha256 !== original.spine.sha256)
          throw new Error(`The stored spine of ${id} does not match its SHA-256`);
        return { spine, passthrough: original.columns.flatMap(passthroughOf) };
      };
      return loadAndQueue(job, plan, jobOptions, load, { again: original, reuse: false });
    },

    async resume(id, tenant, signal) {
      const stored = await readStored(id, tenant);
      if (!isActive(stored)) return reusedTrainingSet(await finished(id, tenant));
      const own = jobs.get(id)?.started;
      if (own !== undefined && own !== null) return own;
      const orphan = (await store.orphans(await endDeadJobs())).find((each) => each.id === id);
      const started = orphan === undefined ? undefined : await resumeOrphan(id, orphan.token, signal);
      // The job may have ended meanwhile.
      return started ?? reusedTrainingSet(await finished(id, tenant));
    },

    read: async (id, tenant) => stateOf(await readStored(id, tenant)),

    async cancel(id, tenant) {
      if ((await readStored(id, tenant)).state === "finished")
        throw new FeatstoreError(
          "training_set_finished",
          "The training set is finished and can no longer be cancelled.",
        );
      return cancel(id, tenant);
    },

    async delete(id, tenant) {
      if (isActive(await readStored(id, tenant))) return cancel(id, tenant);
      if (await store.delete(id)) await files.remove(id);
      return stateOf(await readStored(id, tenant));
    },

    async data(id, tenant) {
      const { result, options: jobOptions, views } = await finished(id, tenant);
      const { file, bytes, sha256 } = result;
      const read: TrainingSetData["read"] = (first, end) => files.read(id, file, first, end);
      return { file, format: jobOptions.format, bytes, sha256, views, read };
    },

    sweep,

    async close() {
      isClosed = true;
      for (const job of jobs.values()) job.controller.abort();
      await queue.idle();
    },
  };
}

const NO_LABELS = { labelColumn: null, allowLeakage: null } as const;
const ENDED_ELSEWHERE = "Another process ended the training set";
const INTERRUPTED = {
  code: "training_set_interrupted",
  detail: "The server was stopped: request the training set again.",
} as const;

function isActive({ state }: StoredTrainingSet): boolean {
  return state === "loading" || state === "queued" || state === "running";
}

function notFinished({ state }: StoredTrainingSet): FeatstoreError {
  return new FeatstoreError("training_set_not_finished", `The training set is ${state}: try again later.`, {
    headers: { "retry-after": "2" },
  });
}

function withoutData({ state }: StoredTrainingSet): FeatstoreError {
  const what = state === "failed" ? "failed" : `was ${state}`;
  return new FeatstoreError("training_set_without_data", `The training set ${what} and has no data.`);
}

function reusedTrainingSet(manifest: TrainingManifest): StartedTrainingSet {
  const { rows } = manifest.result;
  return { id: manifest.id, isReused: true, done: Promise.resolve(manifest), progress: () => ({ rows, total: rows }) };
}

function passthroughOf({ name, role, type, arrow }: ResultColumn): readonly PassthroughColumn[] {
  if (role !== "passthrough") return [];
  // The manifest was written from a `PassthroughColumn`.
  return [{ name, type: type as PassthroughColumn["type"], ...(arrow === undefined ? {} : { arrow }) }];
}
