// Long because a job's start, run, end and cancelling share one state, which must be seen whole to be right.
import { randomInt } from "node:crypto";
import { columnsOf } from "@featstore/definitions";
import { FeatstoreError } from "../../errors";
import type { RunHolder } from "../../stores/offline-store";
import type { RegistrySnapshot } from "../../stores/registry";
import type { HeldTrainingSet, StoredTrainingSet } from "../../stores/training-set-store";
import { checkSpine, type PassthroughColumn } from "./check-spine";
import { loadKeptSpine, loadSpine } from "./load-spine";
import type { ResultColumn, TrainingFormat } from "./result-column";
import type { ResultRows } from "./result-rows";
import type { SpineReader } from "./spine-row";
import { isTimeZone } from "./spine-time";
import { createSplitter, type Split } from "./split";
import { failureOf, spineError } from "./training-failure";
import { type JobDependencies, type LoadedJob, makeTrainingSet, sourceStates } from "./training-job";
import { isOfSources, reuseKeyOf, type TrainingManifest, type TrainingOptions } from "./training-manifest";
import { planAgain, planTrainingSet, type TrainingPlan, type TrainingSelection } from "./training-plan";

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
  /** The passthrough column, or key, whose balance is reported. */
  readonly label?: string | undefined;
  /** Gives a finished one with the same definitions, spine, options and sources, where there is one. */
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
  progress(): { readonly rows: number; readonly of: number };
}

/** A finished one's file. `read`: bytes first to last, both included. */
export interface TrainingSetData {
  readonly file: string;
  readonly format: TrainingFormat;
  readonly bytes: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
  read(first: number, last: number): ReadableStream<Uint8Array>;
}

/** Training sets: one is made at a time, others wait. */
export interface TrainingSets {
  /**
   * Loads the spine, then has the result made in the background. Errors: those of the spine (`spine_…`), of names,
   * `tenant_required`, `split_invalid`, `invalid_parameter`, `training_queue_full`.
   */
  start(request: TrainingSetRequest): Promise<StartedTrainingSet>;
  /** Makes a finished one again. Errors: as `start`, `training_set_not_found`, `training_set_not_finished`, `training_set_elsewhere`. */
  rerun(id: string, tenant: string | null, signal?: AbortSignal): Promise<StartedTrainingSet>;
  /** Errors: `training_set_not_found`, also for another tenant's. */
  read(id: string, tenant: string | null): Promise<TrainingSetState>;
  /** Gives up one that is not finished. Errors: `training_set_not_found`, `training_set_finished`. */
  cancel(id: string, tenant: string | null): Promise<TrainingSetState>;
  /** Errors: `training_set_not_found`, `training_set_not_finished`, `training_set_without_data`, `training_set_elsewhere`. */
  data(id: string, tenant: string | null): Promise<TrainingSetData>;
  /** Removes what dead processes left. */
  sweep(): Promise<void>;
  /** Gives up what is under way and waits for its end. */
  close(): Promise<void>;
}

export interface TrainingSetsOptions extends JobDependencies {
  readonly snapshot: () => Promise<RegistrySnapshot>;
  readonly holder: RunHolder;
  readonly isDead: (holder: RunHolder) => Promise<boolean>;
  readonly mostRows: number;
  /** How many may wait while one is made. */
  readonly mostWaiting: number;
  /** Milliseconds that the reading of a spine, or the making of a result, may take. */
  readonly deadlineMs: number;
  readonly onFault: (error: unknown, id: string) => void;
  /** Milliseconds between heartbeats; the lease lasts two minutes. Default 5,000. */
  readonly heartbeatMs?: number;
}

/** A job of this process, from its first row to its end. */
interface Job {
  readonly held: HeldTrainingSet;
  readonly giveUp: AbortController;
  isCancelled: boolean;
  rows: ResultRows | null;
  readonly stopHeartbeat: () => Promise<void>;
}

const ID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const ID = /^[a-z2-7]{16}$/;

/** @example const { id, done } = await createTrainingSets(options).start({ service: "hit_predictor", spine, format: "parquet", tenant: null }); */
export function createTrainingSets(options: TrainingSetsOptions): TrainingSets {
  const { store, files, holder, isDead, deadlineMs, packages } = options;
  const jobs = new Map<string, Job>();
  let last: Promise<unknown> = Promise.resolve();
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
    isHere: stored.state === "finished" && (await files.size(stored.id, manifestOf(stored).result.file)) !== undefined,
  });

  const finished = async (id: string, tenant: string | null): Promise<TrainingManifest> => {
    const stored = await found(id, tenant);
    if (stored.state === "failed" || stored.state === "cancelled")
      throw new FeatstoreError("training_set_without_data", `The training set ${stored.state}: it has no data.`);
    if (stored.state !== "finished")
      throw new FeatstoreError("training_set_not_finished", `The training set is ${stored.state}: ask again later.`, {
        headers: { "retry-after": "2" },
      });
    const manifest = manifestOf(stored);
    if ((await files.size(id, manifest.result.file)) !== manifest.result.bytes)
      throw new FeatstoreError(
        "training_set_elsewhere",
        `The training set was made on "${stored.holder.host}", and its file is not in the data folder here.`,
      );
    return manifest;
  };

  const sweep = async (): Promise<void> => {
    const dead: string[] = [];
    for (const each of await store.holders()) {
      if (!jobs.has(each.id) && (await isDead(each.holder))) dead.push(each.token);
    }
    await store.sweep(dead);
    // Folders of ids that the database does not know belong to another database's jobs.
    for (const id of await store.withoutResult(await files.ids())) if (!jobs.has(id)) await files.remove(id);
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

  /** Notes a job and begins its folder. */
  const begin = async (plan: TrainingPlan, request: unknown, signal: AbortSignal | undefined): Promise<Job> => {
    if (isClosed || jobs.size > options.mostWaiting)
      throw new FeatstoreError("training_queue_full", `${jobs.size} training sets are under way: try again later.`, {
        headers: { "retry-after": "30" },
      });
    // A place is taken before anything is waited for.
    const id = Array.from({ length: 16 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join("");
    const held: HeldTrainingSet = { id, token: "", table: "" };
    const job: Job = {
      held,
      giveUp: new AbortController(),
      isCancelled: false,
      rows: null,
      stopHeartbeat: async () => {},
    };
    jobs.set(id, job);
    try {
      await sweep().catch((error: unknown) => options.onFault(error, id));
      const [registered] = plan.views;
      const names = plan.entity.key.map(({ name }) => name);
      const keys =
        registered === undefined ? [] : columnsOf(registered.view).filter(({ name }) => names.includes(name));
      const begun = await store.beginJob({ id, tenant: plan.tenant, request, holder, keys });
      const whole: Job = { ...job, held: begun, stopHeartbeat: beat(begun, () => jobs.get(id) ?? whole) };
      jobs.set(id, whole);
      signal?.addEventListener("abort", () => stop(whole), { once: true });
      if (signal?.aborted === true) stop(whole);
      await files.make(id);
      return whole;
    } catch (error) {
      const begun = jobs.get(id);
      if (begun?.held.token) await fail(begun, error);
      jobs.delete(id);
      throw error;
    }
  };

  const stop = (job: Job): void => {
    job.isCancelled = true;
    job.giveUp.abort();
  };

  /** Ends a job without a result; what it made is removed. */
  const fail = async (job: Job, error: unknown): Promise<void> => {
    const { held } = job;
    await job.stopHeartbeat();
    const failure = isClosed
      ? { code: "training_set_interrupted", detail: "The server was stopped: ask for it again." }
      : failureOf(error);
    const outcome = job.isCancelled
      ? ({ state: "cancelled", failure: null } as const)
      : ({ state: "failed", failure } as const);
    // Where the database is away the next sweep ends it.
    await store.end(held, outcome).catch(() => false);
    await files.remove(held.id);
    jobs.delete(held.id);
  };

  const make = async (job: Job, loaded: LoadedJob): Promise<TrainingManifest> => {
    try {
      job.giveUp.signal.throwIfAborted();
      if (!(await store.start(job.held))) throw new Error("The training set was ended by somebody else");
      const onRows = (rows: ResultRows) => {
        job.rows = rows;
      };
      const manifest = await makeTrainingSet(options, loaded, onRows, { signal: job.giveUp.signal, deadlineMs });
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

  const enqueue = (job: Job, loaded: LoadedJob): StartedTrainingSet => {
    const done = last.then(() => make(job, loaded));
    last = done.catch(() => undefined);
    const progress = () => ({ rows: job.rows?.rows() ?? 0, of: loaded.spine.rows });
    return { id: job.held.id, isReused: false, done, progress };
  };

  /** Loads the spine, looks for one to use again, and queues the job. */
  const proceed = async (
    job: Job,
    plan: TrainingPlan,
    asked: TrainingOptions,
    load: () => Promise<Pick<LoadedJob, "spine" | "passthrough">>,
    { again, reuse }: { readonly again: TrainingManifest | null; readonly reuse: boolean },
  ): Promise<StartedTrainingSet> => {
    try {
      const loaded: LoadedJob = { held: job.held, plan, options: asked, again, ...(await load()) };
      const reuseKey = reuseKeyOf({ plan, options: asked, spine: loaded.spine, packages });
      const known = reuse ? await reusable(plan, reuseKey) : undefined;
      if (known !== undefined) {
        job.isCancelled = true;
        await fail(job, undefined);
        const { rows } = known.result;
        return { id: known.id, isReused: true, done: Promise.resolve(known), progress: () => ({ rows, of: rows }) };
      }
      if (!(await store.queue(job.held, loaded.spine.rows, reuseKey)))
        throw new Error("The training set was ended by somebody else");
      const started = enqueue(job, loaded);
      started.done.catch(() => undefined);
      return started;
    } catch (error) {
      const told = spineError(error);
      await fail(job, told);
      throw told;
    }
  };

  const reusable = async (plan: TrainingPlan, reuseKey: string): Promise<TrainingManifest | undefined> => {
    const candidates = await store.finished(reuseKey, plan.tenant);
    if (candidates.length === 0) return undefined;
    const states = await sourceStates(store, plan, { deadlineMs });
    const now = plan.sources.map(
      ({ name }, index) => [name, states[index] ?? { rows: -1, largest: null, latest: null }] as const,
    );
    for (const candidate of candidates) {
      const manifest = manifestOf(candidate);
      const isHere = (await files.size(candidate.id, manifest.result.file)) === manifest.result.bytes;
      if (isHere && isOfSources(manifest, now)) return manifest;
    }
    return undefined;
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
        label = null,
      } = request;
      const plan = planTrainingSet(await options.snapshot(), request, tenant);
      if (timeZone !== null && !isTimeZone(timeZone))
        throw new FeatstoreError("invalid_parameter", `time_zone: there is no time zone "${timeZone.slice(0, 60)}".`);
      if (split !== null) createSplitter(split);
      const asked: TrainingOptions = { service: request.service ?? null, format, asOfColumn, timeZone, split, label };
      const keyNames = plan.entity.key.map(({ name }) => name);
      if (keyNames.includes(asOfColumn))
        throw new FeatstoreError("invalid_parameter", `as_of_column: "${asOfColumn}" is a key of the entity.`);
      const needed = [label, split?.by === "group" ? split.column : null].filter(
        (name) => name !== null && !keyNames.includes(name),
      );
      const job = await begin(plan, { ...asked, features: plan.features.map(({ column }) => column) }, request.signal);
      const load = async () => {
        const checked = checkSpine(request.spine, {
          entity: plan.entity,
          scope: plan.scope,
          asOfColumn,
          timeZone,
          columns: columns === null ? null : [...new Set([...columns, ...needed])].filter((name) => name !== null),
          needed: needed.filter((name) => name !== null),
          taken: new Set([...plan.features.map(({ column }) => column), ...(split === null ? [] : ["_split"])]),
          mostRows: options.mostRows,
          now: await store.now(),
        });
        const loading = { store, files, held: job.held, keys: keyNames };
        const call = { signal: job.giveUp.signal, deadlineMs };
        const spine = await loadSpine(loading, checked.rows(), plan.scope, call);
        return { spine, passthrough: checked.columns() };
      };
      return proceed(job, plan, asked, load, { again: null, reuse: request.reuse === true });
    },

    async rerun(id, tenant, signal) {
      const again = await finished(id, tenant);
      const pinned = again.columns.flatMap(({ name, view, version, feature }) =>
        view === undefined || version === undefined || feature === undefined
          ? []
          : [{ column: name, view, version, feature }],
      );
      const plan = planAgain(await options.snapshot(), pinned, tenant);
      const job = await begin(plan, { ...again.options, rerun: id }, signal);
      const load = async () => {
        const loading = { store, files, held: job.held, keys: plan.entity.key.map(({ name }) => name) };
        const spine = await loadKeptSpine(loading, id, { signal: job.giveUp.signal, deadlineMs });
        if (spine.sha256 !== again.spine.sha256) throw new Error(`The spine kept of ${id} has other bytes than it had`);
        return { spine, passthrough: again.columns.flatMap(passthroughOf) };
      };
      return proceed(job, plan, again.options, load, { again, reuse: false });
    },

    read: async (id, tenant) => stateOf(await found(id, tenant)),

    async cancel(id, tenant) {
      const stored = await found(id, tenant);
      if (stored.state === "finished")
        throw new FeatstoreError(
          "training_set_finished",
          "The training set is finished: it can no longer be cancelled.",
        );
      await store.requestCancel(id);
      const job = jobs.get(id);
      if (job !== undefined) stop(job);
      return stateOf(await found(id, tenant));
    },

    async data(id, tenant) {
      const { result, options: asked } = await finished(id, tenant);
      const { file, bytes, sha256 } = result;
      return { file, format: asked.format, bytes, sha256, read: (first, end) => files.read(id, file, first, end) };
    },

    sweep,

    async close() {
      isClosed = true;
      for (const job of jobs.values()) job.giveUp.abort();
      await last;
    },
  };
}

function manifestOf({ manifest }: StoredTrainingSet): TrainingManifest {
  return JSON.parse(manifest ?? "") as TrainingManifest; // stored by `end` from one
}

function passthroughOf({ name, role, type }: ResultColumn): readonly PassthroughColumn[] {
  // The type of a passthrough column is one of these: the manifest was written from it.
  return role === "passthrough" ? [{ name, type: type as PassthroughColumn["type"] }] : [];
}
