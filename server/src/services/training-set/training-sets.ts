// Long because a job's start, run, end and cancelling share one state, which must be seen whole to be right.
import { randomInt } from "node:crypto";
import { columnsOf } from "@featstore/definitions";
import type { CallOptions } from "../../database/database";
import { FeatstoreError } from "../../errors";
import type { RunHolder } from "../../stores/offline-store";
import type { RegistrySnapshot } from "../../stores/registry";
import type { HeldTrainingSet, StoredTrainingSet, TrainingSetLimits } from "../../stores/training-set-store";
import { checkSpine, type PassthroughColumn } from "./check-spine";
import { followClock } from "./database-clock";
import { invalidLabel } from "./label-request";
import { adoptSpine, loadSpine, loadStoredSpine } from "./load-spine";
import type { ResultColumn, TrainingFormat } from "./result-column";
import type { ResultRows } from "./result-rows";
import { spineInputs } from "./spine-inputs";
import type { SpineLimits } from "./spine-limits";
import type { SpineReader } from "./spine-row";
import { isTimeZone } from "./spine-time";
import { createSplitter, type Split } from "./split";
import { restoreJob, storedJob, storedManifest } from "./stored-job";
import { createTenantQueue } from "./tenant-queue";
import { failureOf, spineError } from "./training-failure";
import { type JobDependencies, type LoadedJob, makeTrainingSet, sourceStates, sourceWrites } from "./training-job";
import { isOfSources, reuseKeyOf, type TrainingManifest, type TrainingOptions } from "./training-manifest";
import { columnsMade, planAgain, planTrainingSet, type TrainingPlan, type TrainingSelection } from "./training-plan";

/** What a training set is made of. */
export interface TrainingSetRequest extends TrainingSelection {
  readonly spine: SpineReader;
  readonly format: TrainingFormat;
  /** The tenant as which features are read; null: none. */
  readonly tenant: string | null;
  /** `as_of` by default. */
  readonly asOfColumn?: string | undefined;
  /** The IANA zone of as-of times without an offset; without it they are refused. */
  readonly timeZone?: string | undefined;
  /** The columns of the spine that the result keeps; all by default. */
  readonly columns?: readonly string[] | undefined;
  readonly split?: Split | undefined;
  /** The passthrough column, or key, that is a label: its balance is reported, and features that equal it. */
  readonly labelColumn?: string | undefined;
  /** Why features may equal a label. */
  readonly allowLeakage?: string | undefined;
  /** Gives a finished one with the same definitions, spine, options and sources, where there is one. Sources without transactions are never known to be the same. */
  readonly reuse?: boolean | undefined;
  /** Also gives up the loading of the spine. */
  readonly signal?: AbortSignal | undefined;
}

/** A training set as it stands. */
export interface TrainingSetState extends StoredTrainingSet {
  /** Whether the data is on this machine. */
  readonly isHere: boolean;
}

export interface StartedTrainingSet {
  readonly id: string;
  /** Whether it is one that was finished before. */
  readonly isReused: boolean;
  /** Ends with the manifest, or with why there is none. Nobody has to wait for it. */
  readonly done: Promise<TrainingManifest>;
  /** How many of the spine's rows are made. */
  progress(): { readonly rows: number; readonly total: number };
}

/** A finished one's file. `read`: bytes first to last, both included. */
export interface TrainingSetData {
  readonly file: string;
  readonly format: TrainingFormat;
  readonly bytes: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
  /** The view versions that its values are of. */
  readonly views: readonly Pick<TrainingManifest["views"][number], "view" | "version">[];
  read(first: number, last: number): ReadableStream<Uint8Array>;
}

/** Training sets: one is made at a time, others wait, and tenants take turns. */
export interface TrainingSets {
  /**
   * Loads the spine, then has the result made in the background. Errors: those of the spine (`spine_…`), of names,
   * `tenant_required`, `split_invalid`, `invalid_parameter`, `training_queue_full`, `training_tenant_queue_full`.
   */
  start(request: TrainingSetRequest): Promise<StartedTrainingSet>;
  /** Makes a finished one again. Errors: as `start`, `training_set_not_found`, `training_set_not_finished`, `training_set_elsewhere`. */
  rerun(id: string, tenant: string | null, signal?: AbortSignal): Promise<StartedTrainingSet>;
  /** Errors: `training_set_not_found`, also for another tenant's. */
  read(id: string, tenant: string | null): Promise<TrainingSetState>;
  /**
   * One that is under way or finished; where the process that made it has died, this one goes on with it.
   * Errors: `training_set_not_found`, `training_set_without_data`, `training_set_elsewhere`, `training_set_not_finished`
   * where another process makes it.
   */
  resume(id: string, tenant: string | null, signal?: AbortSignal): Promise<StartedTrainingSet>;
  /** Gives up one that is not finished. Errors: `training_set_not_found`, `training_set_finished`. */
  cancel(id: string, tenant: string | null): Promise<TrainingSetState>;
  /** Gives up one that is not finished, deletes one that is. Errors: `training_set_not_found`. */
  delete(id: string, tenant: string | null): Promise<TrainingSetState>;
  /** Errors: `training_set_not_found`, `training_set_not_finished`, `training_set_without_data`, `training_set_elsewhere`. */
  data(id: string, tenant: string | null): Promise<TrainingSetData>;
  /** Takes up what dead processes had begun, and removes what else they left, and what is too old. */
  sweep(): Promise<void>;
  /** Gives up what is under way and waits for its end. */
  close(): Promise<void>;
}

export interface TrainingSetsOptions extends JobDependencies {
  readonly snapshot: () => Promise<RegistrySnapshot>;
  readonly holder: RunHolder;
  readonly isDead: (holder: RunHolder) => Promise<boolean>;
  readonly maxRows: number;
  readonly spineLimits: SpineLimits;
  /** How many may wait while one is made, over all servers of the database; null: any number. */
  readonly limits: TrainingSetLimits | null;
  /** Milliseconds that the reading of a spine, or the making of a result, may take. */
  readonly deadlineMs: number;
  readonly onFault: (error: unknown, id: string) => void;
  /** Whether `sweep` takes up the jobs of dead processes. Default false: they are left for a process that does. */
  readonly takesUp?: boolean;
  /** Days that one is kept after its end, finished or not; null, the default: for ever. */
  readonly retentionDays?: number | null;
  /** Milliseconds between heartbeats; the lease lasts two minutes. Default 5,000. */
  readonly heartbeatMs?: number;
}

/** A job of this process, from its first row to its end. */
interface Job {
  readonly held: HeldTrainingSet;
  readonly tenant: string | null;
  readonly giveUp: AbortController;
  isCancelled: boolean;
  rows: ResultRows | null;
  /** Set once its spine is loaded, from when on another process could take it up. */
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

  const found = async (id: string, tenant: string | null): Promise<StoredTrainingSet> => {
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
    const stored = await found(id, tenant);
    if (stored.state !== "finished") throw isActive(stored) ? notFinished(stored) : withoutData(stored);
    const manifest = storedManifest(stored);
    if ((await files.size(id, manifest.result.file)) !== manifest.result.bytes)
      throw new FeatstoreError(
        "training_set_elsewhere",
        `The training set was made on "${stored.holder.host}", and its file is not in the data folder here.`,
      );
    return manifest;
  };

  /** Ends the jobs of the dead that nobody can take up; gives the tokens of all of the dead. */
  const clean = async (): Promise<readonly string[]> => {
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
    const dead = await clean();
    if (options.takesUp !== true) return;
    for (const { id, token } of await store.orphans(dead)) {
      if (isClosed) return;
      if (!jobs.has(id)) await takeUp(id, token, undefined).catch((error: unknown) => options.onFault(error, id));
    }
  };

  const beat = (held: HeldTrainingSet, job: () => Job): (() => Promise<void>) => {
    let under: Promise<void> | null = null;
    const timer = setInterval(() => {
      const { giveUp, rows } = job();
      under ??= store
        .heartbeat(held, rows?.rows() ?? 0)
        .then(
          (answer) => {
            if (answer === "cancelled") job().isCancelled = true;
            if (answer !== "held") giveUp.abort();
          },
          () => undefined, // the database is away just now: it is asked again
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

  /** Has a job held by `hold`, and begins its folder. Undefined: `hold` gave nothing. */
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
      giveUp: new AbortController(),
      isCancelled: false,
      rows: null,
      started: null,
      stopHeartbeat: async () => {},
    };
    // No sweep of this process takes it for another's from here on.
    jobs.set(id, job);
    try {
      const held = await hold();
      if (held === undefined) {
        jobs.delete(id);
        return undefined;
      }
      const whole: Job = { ...job, held, stopHeartbeat: beat(held, () => jobs.get(id) ?? whole) };
      jobs.set(id, whole);
      signal?.addEventListener("abort", () => stop(whole), { once: true });
      if (signal?.aborted === true) stop(whole);
      await files.make(held);
      return whole;
    } catch (error) {
      const begun = jobs.get(id);
      if (begun?.held.token) await fail(begun, error);
      jobs.delete(id);
      throw error;
    }
  };

  /** Notes a new job once `before` is done, which what is refused at once fails. */
  const begin = async (
    plan: TrainingPlan,
    request: unknown,
    signal: AbortSignal | undefined,
    before: () => Promise<void> = async () => {},
  ): Promise<Job> => {
    const id = Array.from({ length: 16 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join("");
    const hold = async () => {
      await before();
      await clean().catch((error: unknown) => options.onFault(error, id));
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

  /** Goes on with the loaded job of a dead process. Undefined: somebody else has it, or it has ended. */
  const takeUp = async (
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
      // Not before its turn: should this process die of it, that is to be counted.
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
    job.giveUp.abort();
  };

  /** Ends a job without a result; what it made is removed. One that can be taken up is left for that when this process stops. */
  const fail = async (job: Job, error: unknown): Promise<void> => {
    const { held } = job;
    await job.stopHeartbeat();
    if (isClosed && job.started !== null && !job.isCancelled) {
      // Where the database is away its lease runs out.
      await store.release(held).catch(() => undefined);
      await files.discard(held);
    } else {
      const outcome = job.isCancelled
        ? ({ state: "cancelled", failure: null } as const)
        : ({ state: "failed", failure: isClosed ? INTERRUPTED : failureOf(error) } as const);
      // Where the database is away the next sweep ends it.
      const isEnded = await store.end(held, outcome).catch(() => false);
      // What is shown under its final name may be another process's, which has taken it up.
      await (isEnded ? files.remove(held.id) : files.discard(held));
    }
    jobs.delete(held.id);
  };

  const make = async (job: Job, load: (call: CallOptions) => Promise<LoadedJob>): Promise<TrainingManifest> => {
    try {
      job.giveUp.signal.throwIfAborted();
      if (!(await store.start(job.held))) throw new Error("The training set was ended by somebody else");
      const onRows = (rows: ResultRows) => {
        job.rows = rows;
      };
      const call = { signal: job.giveUp.signal, deadlineMs };
      const manifest = await makeTrainingSet(options, await load(call), onRows, call);
      await job.stopHeartbeat();
      if (!(await store.end(job.held, { state: "finished", manifest })))
        throw new Error("The training set was ended by somebody else");
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
    const done = queue.run(job.tenant, () => make(job, load), job.giveUp.signal);
    const progress = () => ({ rows: job.rows?.rows() ?? 0, total: spineRows });
    job.started = { id: job.held.id, isReused: false, done, progress };
    return job.started;
  };

  /** Loads the spine, looks for one to use again, and queues the job. */
  const proceed = async (
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
        return madeBefore(known);
      }
      if (!(await store.queue(job.held, { spineRows: loaded.spine.rows, reuseKey, job: storedJob(loaded) })))
        throw new Error("The training set was ended by somebody else");
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
      // In one that was made before casts were counted, a strict one may have lost a value.
      if (!isHere || manifest.unparsed === undefined || !isOfSources(manifest, plan, states)) continue;
      // Where nobody can tell whether rows were changed in place, a fresh one is safe.
      const writes = await sourceWrites(store, plan, manifest.horizon, { deadlineMs });
      if (writes.every((each) => each === "none")) return manifest;
    }
    return undefined;
  };

  const cancel = async (id: string, tenant: string | null): Promise<TrainingSetState> => {
    await store.requestCancel(id);
    const job = jobs.get(id);
    if (job !== undefined) stop(job);
    return stateOf(await found(id, tenant));
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
      const made = [...columnNames, ...plan.labels.map(({ column }) => column)];
      const taken = [...keyNames, asOfColumn, ...columnNames];
      const twice = plan.labels.findIndex(({ column }) => taken.includes(column));
      if (twice !== -1)
        throw invalidLabel(`labels[${twice}].name`, `the result has another column "${plan.labels[twice]?.column}"`);
      const checked = checkSpine(request.spine, {
        entity: plan.entity,
        scope: plan.scope,
        asOfColumn,
        timeZone,
        columns: columns === null ? null : [...new Set([...columns, ...needed])].filter((name) => name !== null),
        needed: needed.filter((name) => name !== null),
        taken: new Set([...made, ...(split === null ? [] : ["_split"])]),
        inputs: spineInputs(plan, [...keyNames, asOfColumn]),
        maxRows: options.maxRows,
        limits: options.spineLimits,
        now: await followClock(() => store.now()),
      });
      // The columns are checked before a job is noted: nothing is kept of a spine that they refuse.
      const noted = begin(plan, { ...jobOptions, features: made }, request.signal, () => checked.open());
      const job = await noted.catch(async (error: unknown) => {
        await checked.close();
        throw spineError(error);
      });
      const load = async () => {
        const loading = { store, files, held: job.held, keys: keyNames };
        const call = { signal: job.giveUp.signal, deadlineMs };
        // Not awaited: a client that sends nothing more would hold the job. Rows that nobody began to read are open still.
        const spine = await loadSpine(loading, checked.rows(), plan.scope, call).finally(() => void checked.close());
        return { spine, passthrough: checked.columns() };
      };
      return proceed(job, plan, jobOptions, load, { again: null, reuse: request.reuse === true });
    },

    async rerun(id, tenant, signal) {
      const again = await finished(id, tenant);
      const pinned = again.columns.flatMap(({ name, role, view, version, feature }) =>
        role !== "feature" || view === undefined || version === undefined || feature === undefined
          ? []
          : [{ column: name, view, version, feature }],
      );
      const labels = (again.labels ?? []).map(({ name, horizon_seconds: seconds, view, version, feature }) => ({
        column: name,
        view,
        version,
        feature,
        horizonSeconds: seconds,
      }));
      const service = again.service ?? null;
      const plan = planAgain(await options.snapshot(), { features: pinned, labels, service }, tenant);
      // One of a time before labels has none in its options.
      const jobOptions: TrainingOptions = { ...NO_LABELS, ...again.options };
      const job = await begin(plan, { ...jobOptions, rerun: id }, signal);
      const load = async () => {
        const loading = { store, files, held: job.held, keys: plan.entity.key.map(({ name }) => name) };
        const spine = await loadStoredSpine(loading, id, { signal: job.giveUp.signal, deadlineMs });
        if (spine.sha256 !== again.spine.sha256) throw new Error(`The spine kept of ${id} has other bytes than it had`);
        return { spine, passthrough: again.columns.flatMap(passthroughOf) };
      };
      return proceed(job, plan, jobOptions, load, { again, reuse: false });
    },

    async resume(id, tenant, signal) {
      const stored = await found(id, tenant);
      if (!isActive(stored)) return madeBefore(await finished(id, tenant));
      const own = jobs.get(id)?.started;
      if (own !== undefined && own !== null) return own;
      const orphan = (await store.orphans(await clean())).find((each) => each.id === id);
      const started = orphan === undefined ? undefined : await takeUp(id, orphan.token, signal);
      // It may have ended meanwhile.
      return started ?? madeBefore(await finished(id, tenant));
    },

    read: async (id, tenant) => stateOf(await found(id, tenant)),

    async cancel(id, tenant) {
      if ((await found(id, tenant)).state === "finished")
        throw new FeatstoreError(
          "training_set_finished",
          "The training set is finished: it can no longer be cancelled.",
        );
      return cancel(id, tenant);
    },

    async delete(id, tenant) {
      if (isActive(await found(id, tenant))) return cancel(id, tenant);
      if (await store.delete(id)) await files.remove(id);
      return stateOf(await found(id, tenant));
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
      for (const job of jobs.values()) job.giveUp.abort();
      await queue.idle();
    },
  };
}

const NO_LABELS = { labelColumn: null, allowLeakage: null } as const;
const INTERRUPTED = { code: "training_set_interrupted", detail: "The server was stopped: ask for it again." } as const;

function isActive({ state }: StoredTrainingSet): boolean {
  return state === "loading" || state === "queued" || state === "running";
}

function notFinished({ state }: StoredTrainingSet): FeatstoreError {
  return new FeatstoreError("training_set_not_finished", `The training set is ${state}: ask again later.`, {
    headers: { "retry-after": "2" },
  });
}

function withoutData({ state }: StoredTrainingSet): FeatstoreError {
  const what = state === "failed" ? "failed" : `was ${state}`;
  return new FeatstoreError("training_set_without_data", `The training set ${what}: it has no data.`);
}

function madeBefore(manifest: TrainingManifest): StartedTrainingSet {
  const { rows } = manifest.result;
  return { id: manifest.id, isReused: true, done: Promise.resolve(manifest), progress: () => ({ rows, total: rows }) };
}

function passthroughOf({ name, role, type, arrow }: ResultColumn): readonly PassthroughColumn[] {
  if (role !== "passthrough") return [];
  // The type of a passthrough column is one of these: the manifest was written from it.
  return [{ name, type: type as PassthroughColumn["type"], ...(arrow === undefined ? {} : { arrow }) }];
}
