// Long because it is the only wiring: every part of the server and the command line is assembled here by hand.

import { join } from "node:path";
import { instantText } from "@featstore/definitions";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { AppDeps } from "./app";
import { type AnswerSampler, createAnswerSampler, createPostgresAuditStore } from "./audit/index";
import { createCatalog } from "./catalog/index";
import { createParquetThread } from "./columnar/index";
import { assetFolder, type Config, createCronReader, createLogger, type Logger, writerVersions } from "./core/index";
import {
  type Database,
  isSurelyDead,
  mayMaterialize,
  migrate,
  openServerDatabase,
  requireSupportedPostgres,
  shareDatabase,
  thisProcess,
} from "./database/index";
import { createEmbeddingReader, createEmbeddingSearch, createPostgresVectorStore } from "./embeddings/index";
import { createHealthService } from "./health/index";
import {
  createAccessLog,
  createBurstLimiter,
  createFailedAttempts,
  createRequestMetrics,
  createSlowReaders,
  type SlowReaders,
} from "./http/index";
import {
  createKeyAuthenticator,
  createKeyService,
  createPostgresKeyStore,
  type KeyService,
  keySecretOf,
} from "./keys/index";
import {
  createPostgresOfflineStore,
  createPostgresRunStore,
  createRunReader,
  startJanitor,
} from "./materialization/index";
import { createPointInTimeStore, createReplayStore } from "./point-in-time/index";
import { createPostgresQualityStore, createProfileReader, type QualityStore, recordDrift } from "./quality/index";
import { createPostgresRegistryStore, type RegisteredView } from "./registry/index";
import {
  createPostgresScheduleStore,
  createScheduledRuns,
  createScheduler,
  type ScheduledRunEnd,
  type Scheduler,
  type SchedulerEvent,
  type ScheduleStore,
  startScheduler,
  viewAges,
  viewDue,
} from "./scheduling/index";
import {
  createAdmission,
  createFeatureReader,
  createServingRegistry,
  type GuardedOutcome,
  type MemoryOnlineStore,
  openOnlineStores,
  registerCacheMetrics,
  registerLoadMetrics,
  type ServingRegistry,
  servedViews,
} from "./serving/index";
import {
  createPostgresTrainingSetStore,
  createTrainingSetFiles,
  createTrainingSets,
  readOnlyTrainingSets,
  startTrainingSweeper,
} from "./training-sets/index";
import { createPostgresReadStore, createUsageTracker } from "./usage/index";
import { exposeWorkers, type WorkerLink } from "./workers/index";

/** All dependencies of a server, wired. */
export interface Deps extends AppDeps {
  readonly config: Config;
  readonly database: Database;
  readonly keys: KeyService;
  readonly registry: ServingRegistry;
  readonly logger: Logger;
  /** Undefined if no responses are sampled. */
  readonly answerSampler: AnswerSampler | undefined;
  /** Null if the configuration turns it off. */
  readonly scheduler: Scheduler | null;
  /** Watches the listening server. */
  readonly slowReaders: SlowReaders;
  close(): Promise<void>;
}

export interface DepsOptions {
  /** An open database to use instead of the configured one; `close` leaves it open. */
  readonly database?: Database;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock?: () => number;
  /** Set if this process is one of several workers. */
  readonly link?: WorkerLink;
}

const POLL_MS = 2000;
const PING_MS = 1000;
const SCHEDULE_MS = 2000;

/**
 * Opens the configured database, migrates our schemas, and wires what serves from it.
 * Errors: those of `openServerDatabase`, `keySecretOf` and `migrate`, and `DatabaseError`s.
 *
 * @example const deps = await createDeps(loadConfig());
 */
export async function createDeps(config: Config, options: DepsOptions = {}): Promise<Deps> {
  // In opening order; closed in reverse.
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const secret = keySecretOf(config);
    const { link, clock = () => Date.now() * 1000 } = options;
    const logger = createLogger({ ...config.log, worker: link?.worker });
    closers.push(async () => logger.flush());
    const opened = options.database === undefined ? await openServerDatabase(config) : undefined;
    if (opened !== undefined) closers.push(opened.close);
    const database = options.database ?? opened?.database;
    if (database === undefined) throw new Error("no database was opened");
    await requireSupportedPostgres(database);
    const migrated = await migrate(database, assetFolder("migrations"));
    if (migrated.length > 0) logger.info({ migrations: migrated }, "schema migrated");
    return await wire(config, database, secret, logger, closers, close, clock, link);
  } catch (error) {
    await close();
    throw error;
  }
}

async function wire(
  config: Config,
  database: Database,
  secret: string,
  logger: Logger,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
  clock: () => number,
  link: WorkerLink | undefined,
): Promise<Deps> {
  const { limits, deadlines, defaultEntity } = config;
  const materializes = await mayMaterialize(database);
  if (!materializes) logger.info({}, "the database role does not own Featstore's schemas: this server only reads");
  const keyStore = createPostgresKeyStore(database);
  const { onlineStore, memory, redisOutcomes } = openOnlineStores(config, database, logger, closers);
  const registryStore = createPostgresRegistryStore(database);
  const registry = await createServingRegistry({
    registry: registryStore,
    onlineStore,
    pollMs: POLL_MS,
    onFault: (error) => logger.error({ err: error }, "the registry cannot be read"),
    onChange: (revision) => logger.info({ revision }, "registry revision served"),
  });
  closers.push(() => registry.close());
  // Pushed before the registry's closer, because the registry waits for loads of the store.
  closers.push(() => onlineStore.close());
  const authenticator = await createKeyAuthenticator({
    store: keyStore,
    hmacSecret: secret,
    monotonic: () => performance.now(),
    onFault: (error) => logger.warn({ err: error }, "notifications about API keys are not received"),
  });
  closers.push(() => authenticator.close());
  const quality = createPostgresQualityStore(database);
  const health = createHealthService({
    registry,
    failedViews: () => quality.failedViews({ deadlineMs: PING_MS }),
    holdsAll: () =>
      servedViews(registry.current().snapshot).every(
        ({ served }) => served === null || onlineStore.holds?.(served.table) === true,
      ),
    clock: () => BigInt(Math.trunc(clock())),
  });
  const parquet = createParquetThread({ memoryMb: config.trainingSets.parquetMb });
  closers.push(() => parquet.close());
  const trainingSets = createTrainingSets({
    database: trainingShare(config, database),
    store: createPostgresTrainingSetStore(database),
    files: createTrainingSetFiles(join(config.dataDir, "training-sets")),
    parquet,
    packages: writerVersions(),
    snapshot: async () => (await registry.newest()).snapshot,
    holder: await thisProcess(),
    isDead: isSurelyDead,
    maxRows: config.trainingSets.maxRows,
    spineLimits: config.trainingSets.spineLimits,
    maxJoinedRows: config.trainingSets.maxJoinedRows,
    limits: { total: config.trainingSets.maxWaiting, perTenant: config.trainingSets.maxWaitingPerTenant },
    deadlineMs: config.trainingSets.deadlineMs,
    retentionDays: config.trainingSets.retentionDays,
    resumesDeadJobs: true,
    onFault: (error, id) => logger.error({ err: error, training_set: id }, "training set failed"),
  });
  closers.push(() => trainingSets.close());
  if (materializes) {
    closers.push(
      startTrainingSweeper(trainingSets, (error) => logger.warn({ err: error }, "the sweep of training sets failed")),
    );
    closers.push(
      startJanitor(
        { offline: createPostgresOfflineStore(database), isDead: isSurelyDead },
        {
          onSwept: (report) => {
            const { droppedTables, abandonedRuns, givenUp = [] } = report;
            if (droppedTables.length + abandonedRuns.length + givenUp.length > 0) logger.info(report, "swept");
          },
          onError: (error) => logger.warn({ err: error }, "leftovers of dead runs could not be removed"),
        },
      ),
    );
  }
  const schedules = createPostgresScheduleStore(database);
  const scheduler =
    config.scheduler === "off" || !materializes
      ? undefined
      : createScheduler({
          snapshot: async () => (await registry.newest()).snapshot,
          store: schedules,
          run: createScheduledRuns({
            registry: registryStore,
            offline: createPostgresOfflineStore(database),
            holder: await thisProcess(),
            isDead: isSurelyDead,
            onProfiled: (registered, generation) => recordDrift(quality, registered, generation, config.drift),
          }),
          holder: await thisProcess(),
          isDead: isSurelyDead,
          clock: () => BigInt(Math.trunc(clock())),
          // The embedded database has a single backend, which two runs would share.
          maxRuns: database.kind === "postgres" ? 2 : 1,
          onEvent: (event) => logSchedulerEvent(logger, event),
        });
  if (scheduler !== undefined) closers.push(startScheduler(scheduler, SCHEDULE_MS, deadlines.drainMs));
  const sampler =
    config.audit.every === 0
      ? undefined
      : createAnswerSampler({
          store: createPostgresAuditStore(database),
          ...config.audit,
          // The database's message may quote the rows that could not be written.
          onFault: (error) => logger.warn({ code: codeOf(error) }, "responses could not be stored for the audit"),
        });
  if (sampler !== undefined) closers.push(() => sampler.close());
  const reads = createUsageTracker({
    store: createPostgresReadStore(database),
    clock,
    onFault: (error) => logger.warn({ err: error }, "the usage of API keys could not be written"),
  });
  closers.push(() => reads.close());
  const metrics = createMetrics(registry, memory, redisOutcomes, quality, sampler);
  addScheduleMetrics(metrics, registry, schedules, scheduler, () => BigInt(Math.trunc(clock())));
  const admission = createAdmission({
    slots: limits.readSlots,
    bulkSlots: limits.bulkSlots,
    waiting: limits.waitingReads,
  });
  const slowReaders = createSlowReaders({ stallMs: deadlines.writeMs, maxUnsentBytes: limits.unsentBytes });
  registerLoadMetrics(metrics, admission, slowReaders);
  link?.giveMetrics(() => metrics.getMetricsAsJSON());
  const processes = link === undefined ? 1 : config.server.workers;
  const reading = {
    registry,
    onlineStore,
    clock,
    deadlineMs: deadlines.readMs,
    admission,
    defaultEntity,
    onRead: reads.record,
  };
  const replays = createReplayStore(database);
  const features = createFeatureReader({
    ...reading,
    maxIds: limits.batchIds,
    asOfReads: materializes
      ? {
          deadlineMs: deadlines.asOfMs,
          maxIds: limits.asOfIds,
          storeAsOf: (asOf) => createPointInTimeStore(replays, asOf),
        }
      : undefined,
    cacheBytes: config.onlineStore.cacheBytes,
    ...(sampler === undefined ? {} : { onResponse: sampler.onResponse }),
  });
  registerCacheMetrics(metrics, features.cacheReads);
  const vectors = createPostgresVectorStore(database);
  return {
    config,
    database,
    logger,
    registry,
    answerSampler: sampler,
    keys: createKeyService(keyStore, secret),
    features,
    embeddings: createEmbeddingReader({ ...reading, maxIds: limits.batchIds }),
    embeddingSearch: createEmbeddingSearch({ ...reading, vectors, features, maxIds: limits.batchIds }),
    catalog: createCatalog(registry, vectors),
    profiles: createProfileReader(registry, quality, config.drift),
    runs: createRunReader(registry, createPostgresRunStore(database)),
    scheduler: scheduler ?? null,
    health,
    trainingSets: {
      sets: materializes ? trainingSets : readOnlyTrainingSets(trainingSets),
      spines: { maxBytes: config.trainingSets.maxSpineBytes, limits: config.trainingSets.spineLimits, parquet },
      onRead: reads.record,
    },
    slowReaders,
    exposition: async () =>
      link === undefined
        ? { contentType: metrics.contentType, body: await metrics.metrics() }
        : exposeWorkers(metrics, link.othersMetrics, processes),
    guard: {
      authenticator,
      burstLimiter: createBurstLimiter(
        limits.burstRequests,
        limits.burstWindowSeconds,
        link === undefined ? undefined : { counter: link.burst, processes },
      ),
      // Connections are distributed over the workers, so each sees its share of them.
      failedAttempts: createFailedAttempts(Math.ceil(limits.failedAttempts / processes)),
      metrics: createRequestMetrics(metrics),
      accessLog: createAccessLog(logger.line, link?.worker),
      onInternal: (error, requestId) => logger.error({ err: error, request_id: requestId }, "internal fault"),
    },
    maxBodyBytes: limits.bodyBytes,
    close,
  };
}

/**
 * Limits training sets, whose spines and joins may take long, so that connections are left for reads. The embedded
 * database has only one.
 */
function trainingShare({ database: settings }: Config, database: Database): Database {
  if (settings.kind !== "postgres") return database;
  return shareDatabase(database, Math.max(1, Math.floor(settings.poolSize / 3)));
}

function warningsOf(end: ScheduledRunEnd) {
  return end.kind === "published" ? end.warnings : [];
}

function logSchedulerEvent(logger: Logger, event: SchedulerEvent): void {
  switch (event.kind) {
    case "elected":
      logger.info({}, "this server starts scheduled runs");
      return;
    case "stepped_down":
      logger.info({}, "this server no longer starts scheduled runs");
      return;
    case "begun":
      logger.info({ view: event.view, version: event.version, reason: event.reason }, "scheduled run started");
      return;
    case "ended":
      // The failure's message may hold a key; `featstore runs` shows it.
      logger[event.end.kind === "failed" || warningsOf(event.end).length > 0 ? "warn" : "info"](
        {
          view: event.view,
          version: event.version,
          end: event.end.kind,
          ...(event.end.kind === "failed" ? { code: event.end.code } : {}),
          ...(warningsOf(event.end).length > 0 ? { warnings: warningsOf(event.end) } : {}),
        },
        "scheduled run ended",
      );
      return;
    case "skipped":
      logger.warn(
        { view: event.view, version: event.version, scheduled_at: instantText(event.at) },
        "scheduled time skipped: a run of the view is still going",
      );
      return;
    case "invalid":
      logger.error({ view: event.view, version: event.version, err: event.error }, "a schedule cannot be read");
      return;
    case "fault":
      logger.warn({ err: event.error }, "schedules could not be processed");
      return;
    default:
      event satisfies never;
  }
}

/** Registers the ages of served generations against their promises, and the delays of overdue runs. */
function addScheduleMetrics(
  metrics: Registry,
  registry: ServingRegistry,
  schedules: ScheduleStore,
  scheduler: Scheduler | undefined,
  clock: () => bigint,
): void {
  const labelNames = ["view", "version"];
  const read = createCronReader();
  const labelsOf = ({ view }: RegisteredView) => ({ view: view.name, version: String(view.version) });
  const ages = () => (registry.revision() === null ? [] : viewAges(registry.current().snapshot, clock()));
  new Gauge({
    name: "featstore_view_age_seconds",
    help: "Seconds since the as-of time of the served generation of each feature view version",
    labelNames,
    aggregator: "max",
    registers: [metrics],
    collect() {
      this.reset();
      for (const { registered, ageSeconds } of ages()) {
        if (ageSeconds !== null) this.set(labelsOf(registered), ageSeconds);
      }
    },
  });
  new Gauge({
    name: "featstore_view_stale",
    help: "1 for each feature view version that is older than its freshness promises, 0 for one that is not",
    labelNames,
    aggregator: "max",
    registers: [metrics],
    collect() {
      this.reset();
      for (const { registered, promiseSeconds, isStale } of ages()) {
        if (promiseSeconds !== null) this.set(labelsOf(registered), isStale ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: "featstore_schedule_lag_seconds",
    help: "Seconds by which the next scheduled run of each feature view version is overdue",
    labelNames,
    aggregator: "max",
    registers: [metrics],
    async collect() {
      // If the database does not answer, this metric is absent and the others are still reported.
      const states = await schedules.states({ deadlineMs: PING_MS }).catch(() => null);
      this.reset();
      if (states === null) return;
      for (const { registered } of ages()) {
        const { name, version } = registered.view;
        const state = states.find((each) => each.view === name && each.version === version);
        const { next, lagSeconds } = viewDue(registered, state, clock(), read);
        if (next !== null) this.set(labelsOf(registered), lagSeconds);
      }
    },
  });
  new Gauge({
    name: "featstore_scheduler_is_leader",
    help: "1 if this server starts the scheduled runs",
    aggregator: "max",
    registers: [metrics],
    collect() {
      this.set(scheduler?.leaderToken() == null ? 0 : 1);
    },
  });
}

function createMetrics(
  registry: ServingRegistry,
  memory: MemoryOnlineStore | undefined,
  redisOutcomes: ReadonlyMap<GuardedOutcome, number> | undefined,
  quality: QualityStore,
  sampler: AnswerSampler | undefined,
): Registry {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  new Gauge({
    name: "featstore_registry_revision",
    help: "The registry revision that is served",
    aggregator: "min",
    registers: [metrics],
    collect() {
      this.set(registry.revision() ?? 0);
    },
  });
  new Gauge({
    name: "featstore_served_generation",
    help: "The generation of each feature view version that is served",
    labelNames: ["view", "version"],
    aggregator: "min",
    registers: [metrics],
    collect() {
      this.reset();
      if (registry.revision() === null) return;
      for (const { view, served } of servedViews(registry.current().snapshot)) {
        if (served !== null) this.set({ view: view.name, version: String(view.version) }, served.generation);
      }
    },
  });
  new Gauge({
    name: "featstore_last_run_failed",
    help: "1 for each feature view version whose last run failed or died, with the code of the failure",
    labelNames: ["view", "version", "code"],
    aggregator: "max",
    registers: [metrics],
    async collect() {
      // If the database does not answer, this metric is absent and the others are still reported.
      const failed = await quality.failedViews({ deadlineMs: PING_MS }).catch(() => []);
      this.reset();
      for (const { view, version, code } of failed) this.set({ view, version: String(version), code }, 1);
    },
  });
  new Gauge({
    name: "featstore_audit_answers",
    help: "Responses that were stored for the audit, and that were dropped because the queue was full, since the start",
    labelNames: ["outcome"],
    registers: [metrics],
    collect() {
      const { stored, dropped } = sampler?.counts() ?? { stored: 0, dropped: 0 };
      this.set({ outcome: "kept" }, stored);
      this.set({ outcome: "dropped" }, dropped);
    },
  });
  new Gauge({
    name: "featstore_online_redis_reads",
    help: "Reads of one view from Redis since the start, by outcome: PostgreSQL answered the absent, timeout, failed and skipped ones",
    labelNames: ["outcome"],
    registers: [metrics],
    collect() {
      for (const [outcome, count] of redisOutcomes ?? []) this.set({ outcome }, count);
    },
  });
  new Gauge({
    name: "featstore_online_memory_bytes",
    help: "Estimated contents of the in-memory online store",
    registers: [metrics],
    collect() {
      this.set(memory?.bytes() ?? 0);
    },
  });
  return metrics;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "internal";
}
