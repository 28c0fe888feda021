import { collectDefaultMetrics, Registry } from "prom-client";
import type { AppDeps } from "./app";
import type { AnswerSampler } from "./audit/index";
import { createSampling } from "./audit/module";
import { createAuditLogModule } from "./audit-log/module";
import { createCatalog } from "./catalog/index";
import { createColumnar } from "./columnar/module";
import { assetFolder, type Config, createLogger, type Logger } from "./core/index";
import {
  type Database,
  mayMaterialize,
  migrate,
  openServerDatabase,
  requireSupportedPostgres,
  waitForPostgres,
} from "./database/index";
import { createDatasets } from "./datasets/module";
import { createEmbeddings } from "./embeddings/module";
import { createServerEngine } from "./engine/module";
import { createHealth } from "./health/module";
import { createHttp, type Http } from "./http/module";
import type { Identity } from "./identity/index";
import { type KeySecrets, type KeyService, keySecretsOf } from "./keys/index";
import { createKeys } from "./keys/module";
import { createLimits } from "./limits/module";
import type { Mail } from "./mail/index";
import { createMaterialization } from "./materialization/module";
import { createOrganisations } from "./organisations/module";
import { type AttemptLimits, openAttemptLimits, type Platform } from "./platform/index";
import { createPointInTime } from "./point-in-time/module";
import { createPortalModule, createPublicPages } from "./portal/module";
import { createQuality } from "./quality/module";
import { createRegistryStore } from "./registry/index";
import type { Scheduler } from "./scheduling/index";
import { createScheduling } from "./scheduling/module";
import { createExampleReads, createServerReadBack, type ReadBack, type ServingRegistry } from "./serving/index";
import { createFeatures, createServing } from "./serving/module";
import { createTrainingSetModule } from "./training-sets/module";
import { createUsage } from "./usage/module";
import { exposeWorkers, type WorkerLink } from "./workers/index";

/** How long a server that closes tries to reach its database. As long as a single write may take. */
const REACHABLE_MS = 5000;

/** All dependencies of a server, wired. */
export interface Deps extends AppDeps, Pick<Http, "slowReaders"> {
  readonly config: Config;
  readonly database: Database;
  readonly keys: KeyService;
  /** Null if nobody signs in. */
  readonly identity: Identity | null;
  readonly registry: ServingRegistry;
  readonly logger: Logger;
  /** Reads rows back through this server's online store. */
  readonly readBack: ReadBack;
  /** Undefined if no responses are sampled. */
  readonly answerSampler: AnswerSampler | undefined;
  /** Null if the configuration turns it off. */
  readonly scheduler: Scheduler | null;
  close(): Promise<void>;
}

export interface DepsOptions {
  /** An open database to use instead of the configured one; `close` leaves it open. */
  readonly database?: Database;
  /** The current time, microseconds since 1970 UTC. */
  readonly clock?: () => number;
  /** Set if this process is one of several workers. */
  readonly link?: WorkerLink;
  /** Ends the wait for PostgreSQL at the start. */
  readonly signal?: AbortSignal;
  /** Called with each mail if no mail server is configured; it is in the log, too. */
  readonly onUnsentMail?: (mail: Mail) => void;
}

/**
 * Opens the configured database, migrates our schemas, and wires what serves from it.
 * Errors: those of `openServerDatabase`, `keySecretsOf` and `migrate`, and `DatabaseError`s.
 *
 * @example const deps = await createDeps(loadConfig());
 */
export async function createDeps(config: Config, options: DepsOptions = {}): Promise<Deps> {
  // In opening order; closed in reverse.
  const closers: (() => Promise<void>)[] = [];
  let abandonUnlessReachable: ((waitMs: number) => Promise<void>) | undefined;
  const close = async (): Promise<void> => {
    const abandoned = abandonUnlessReachable?.(REACHABLE_MS);
    for (const closer of closers.splice(0).reverse()) await closer();
    await abandoned;
  };
  const onClose = (closer: () => Promise<void>): unknown => closers.push(closer);
  try {
    const secrets = keySecretsOf(config);
    const { link, clock = () => Date.now() * 1000 } = options;
    const logger = createLogger({ ...config.log, worker: link?.worker });
    onClose(async () => logger.flush());
    // Loads while the database opens. `createPeople` reports its faults.
    if (config.auth !== null) loadPeople().catch(() => undefined);
    const opened = options.database === undefined ? await openServerDatabase(config) : undefined;
    if (opened !== undefined) {
      onClose(opened.close);
      abandonUnlessReachable = opened.abandonUnlessReachable;
    }
    const database = options.database ?? opened?.database;
    if (database === undefined) throw new Error("no database was opened");
    if (config.database.kind === "postgres") {
      await waitForPostgres(database, {
        waitMs: config.database.waitMs,
        signal: options.signal,
        onWait: ({ message }) => logger.warn({ reason: message }, "waiting for PostgreSQL"),
      });
    }
    await requireSupportedPostgres(database);
    const { applied, newer } = await migrate(database, assetFolder("migrations"));
    if (applied.length > 0) logger.info({ migrations: applied }, "schema migrated");
    if (newer !== null)
      logger.warn({ schema: newer }, "a newer version has migrated the schema: this one changes nothing in it");
    const materializes = await mayMaterialize(database);
    if (!materializes) logger.info({}, "the database role does not own Featstore's schemas: this server only reads");
    const metrics = new Registry();
    collectDefaultMetrics({ register: metrics });
    // Gauges, whose names say counter. Those without `_total` have the same numbers by type.
    for (const name of ["handles", "requests", "resources"]) metrics.removeSingleMetric(`nodejs_active_${name}_total`);
    const processes = link === undefined ? 1 : config.server.workers;
    const platform = { config, database, clock, logger, metrics, materializes, processes, onClose };
    return { ...(await createModules(platform, secrets, options)), config, database, logger, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Creates the modules, each after those that it needs. `secrets`: of the digests of API keys. */
async function createModules(platform: Platform, secrets: KeySecrets, { link, onUnsentMail }: DepsOptions) {
  const { metrics, processes } = platform;
  const registryStore = createRegistryStore(platform.database);
  const engine = createServerEngine(platform);
  const attempts = openAttemptLimits(platform);
  const { organisations, identity } = await createPeople(platform, { attempts, onUnsent: onUnsentMail });
  const { keys, keyRoutes, authenticator, organisationTier } = await createKeys(platform, {
    secrets,
    notifyOwner: organisations?.notifyKeyDue,
  });
  const usage = createUsage(platform, { tierOf: organisationTier, onNotice: organisations?.notifyQuota });
  const auditLog = createAuditLogModule(platform);
  const answerSampler = createSampling(platform);
  const serving = await createServing(platform, { registryStore, usage: usage.meter });
  const { registry, reading } = serving;
  const { quality, profiles, ...viewFaults } = createQuality(platform, registry);
  const parquet = createColumnar(platform);
  const trainingSets = await createTrainingSetModule(platform, {
    ...{ engine, registry, parquet, auditLog },
    usage: usage.meter,
  });
  const datasets = await createDatasets(platform, {
    engine,
    parquet,
    snapshot: async () => (await registry.newest()).snapshot,
    usage: usage.meter,
  });
  const runs = createMaterialization(platform, { engine, registry });
  const readBack = createServerReadBack(platform, serving);
  const scheduler = await createScheduling(platform, {
    engine,
    registryStore,
    quality,
    readBack,
    newest: async () => (await registry.newest()).snapshot,
    served: () => (registry.revision() === null ? undefined : registry.current().snapshot),
  });
  const storeAsOf = createPointInTime(engine);
  const features = createFeatures(platform, reading, { storeAsOf, onResponse: answerSampler?.onResponse });
  const { vectors, embeddings, embeddingSearch } = createEmbeddings(platform, { reading, features });
  const { limiter, limitSessions } = createLimits(platform, {
    shared: link?.tokens,
    monthly: usage.meter,
    tierOf: organisationTier,
  });
  const sessions = identity === null ? null : limitSessions(identity);
  const findExample = createExampleReads(registry, platform.database);
  const { auth } = platform.config;
  const pages = createPublicPages(platform, identity !== null);
  const portal =
    auth === null || identity === null || sessions === null || organisations === null
      ? undefined
      : createPortalModule(platform, auth, pages.files, {
          ...{ identity, sessions, organisations },
          ...{ keys, usage, findExample },
        });
  link?.giveMetrics(() => metrics.getMetricsAsJSON());
  return {
    ...createHttp(platform, {
      authenticator,
      sessions,
      limiter,
      meter: usage.meter,
      attempts,
      worker: link?.worker,
    }),
    keys,
    keyRoutes,
    organisations,
    identity,
    pages,
    portal,
    registry,
    usage,
    auditLog,
    answerSampler,
    readBack,
    scheduler,
    features,
    embeddings,
    embeddingSearch,
    profiles,
    runs,
    trainingSets,
    ...datasets,
    catalog: createCatalog(registry, vectors),
    health: createHealth(platform, serving, viewFaults),
    exposition: async () =>
      link === undefined
        ? { contentType: metrics.contentType, body: await metrics.metrics() }
        : exposeWorkers(metrics, link.othersMetrics, processes),
  };
}

/** Creates what people need who sign in, only if they do: the library takes time and memory to load. */
async function createPeople(
  platform: Platform,
  { attempts, onUnsent }: { readonly attempts: AttemptLimits; readonly onUnsent: DepsOptions["onUnsentMail"] },
) {
  const { auth } = platform.config;
  if (auth === null || !platform.materializes) {
    if (auth !== null) platform.logger.warn({}, "auth.enabled has no effect: the database role may only read");
    return { organisations: null, identity: null };
  }
  const [{ createMail }, { createIdentityModule }] = await loadPeople();
  const mailer = createMail(platform, auth, { attempts, onUnsent });
  const organisations = createOrganisations(platform, auth, mailer);
  return { organisations, identity: createIdentityModule(platform, auth, { organisations, mailer, attempts }) };
}

function loadPeople() {
  return Promise.all([import("./mail/module"), import("./identity/module")]);
}
