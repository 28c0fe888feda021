import { assetFolder, CommandProblem, type Config, loadConfig } from "../../core/index";
import { type Database, migrate, requireSupportedPostgres, schemaState, waitForPostgres } from "../../database/index";
import { createDatasetDefinitions, type DatasetDefinitions } from "../../datasets/index";
import { createEngine, type Engine } from "../../engine/index";
import {
  createKeyService,
  createKeyStore,
  createOrganisationTier,
  type KeyService,
  keySecretsOf,
  operatorLimits,
} from "../../keys/index";
import { createRunLog, type RunLog } from "../../materialization/index";
import { createQualityStore, type QualityStore } from "../../quality/index";
import {
  createPlanningStore,
  createRegistryStore,
  type PlanningStore,
  type RegistryHistory,
  type RegistrySnapshot,
  type RegistryStore,
  type RegistryWriter,
} from "../../registry/index";
import { type CommandReadBack, openCommandReadBack } from "../../serving/index";
import { createReadStore, type ReadStore } from "../../usage/index";
import type { CommandIo } from "./command";
import { databaseLabel } from "./database-label";
import { isDatabaseAtHand, openCommandDatabase } from "./open-command-database";

/** The services of a command over one open database. */
export interface Session {
  readonly config: Config;
  readonly database: Database;
  readonly registry: RegistryStore & RegistryWriter & RegistryHistory;
  readonly engine: Engine;
  readonly offline: RunLog;
  readonly quality: QualityStore;
  readonly catalog: Pick<Engine, "describe">;
  readonly planning: PlanningStore;
  readonly reads: ReadStore;
  readonly datasets: DatasetDefinitions;
  readonly readBack: CommandReadBack["read"];
  /** Errors: `key_secret_required`. */
  readonly keys: () => KeyService;
}

export interface SessionArguments {
  readonly config?: string | undefined;
}

/**
 * Policy for schemas of Featstore that are not up to date: `apply` migrates them, `require` fails, `tolerate` continues
 * with an empty registry if there are no schemas at all, `none` does not check. `apply` and `none` create the embedded
 * database if it does not exist; the others fail.
 */
export type MigrationPolicy = "apply" | "require" | "tolerate" | "none";

/** Reads the configuration for a command line. */
export function configOf(args: SessionArguments, io: CommandIo): Config {
  return loadConfig({
    env: io.environment,
    folder: io.workingFolder,
    ...(args.config === undefined ? {} : { file: args.config }),
  });
}

/**
 * Opens the configured database, passes it to the body, and always closes it. If an embedded server is running, the
 * command uses that server's database through its socket.
 */
export async function withDatabase<Result>(
  args: SessionArguments,
  io: CommandIo,
  migrations: MigrationPolicy,
  body: (session: Session) => Promise<Result>,
): Promise<Result> {
  const config = configOf(args, io);
  // Opening the embedded database would create it, empty.
  if ((migrations === "require" || migrations === "tolerate") && !(await isDatabaseAtHand(config)))
    throw new CommandProblem({
      code: "database_missing",
      what: `there is no database in ${config.dataDir}`,
      advice:
        "set DATABASE_URL or FEATSTORE_DATA_DIR, or create one with featstore demo, sample load or apply; types and dataset download read from a server with --url",
      exit: "database",
    });
  const { database, close } = await openCommandDatabase(config);
  const readBack = openCommandReadBack(database, config);
  try {
    if (config.database.kind === "postgres") {
      await waitForPostgres(database, {
        waitMs: config.database.waitMs,
        signal: io.signal,
        onWait: () => io.stderr("Waiting for PostgreSQL…\n"),
      });
    }
    return await body(await sessionOver(database, config, migrations, readBack.read));
  } finally {
    await readBack.close();
    await close();
  }
}

/** Like `withDatabase`, but passes null if no database is configured and no embedded one exists. */
export async function withDatabaseAtHand<Result>(
  args: SessionArguments & { readonly offline?: boolean | undefined },
  io: CommandIo,
  body: (config: Config, session: Session | null) => Promise<Result>,
): Promise<Result> {
  const config = configOf(args, io);
  if (args.offline === true || !(await isDatabaseAtHand(config))) return body(config, null);
  return withDatabase(args, io, "tolerate", (session) => body(config, session));
}

async function sessionOver(
  database: Database,
  config: Config,
  policy: MigrationPolicy,
  readBack: CommandReadBack["read"],
): Promise<Session> {
  const engine = createEngine(database, config);
  const session: Session = {
    config,
    database,
    registry: createRegistryStore(database),
    engine,
    offline: createRunLog(database),
    quality: createQualityStore(database),
    catalog: engine,
    planning: createPlanningStore(database, engine),
    reads: createReadStore(database),
    datasets: createDatasetDefinitions(database),
    readBack,
    keys: () => {
      const store = createKeyStore(database);
      return createKeyService(store, keySecretsOf(config), {
        organisationTier: createOrganisationTier(store, config.tiers),
        operatorLimits: operatorLimits(config),
      });
    },
  };
  await requireSupportedPostgres(database);
  if (policy === "apply") {
    await migrate(database, assetFolder("migrations"));
    return session;
  }
  if (policy === "none") return session;
  const { number, pending } = await schemaState(database, assetFolder("migrations"));
  if (pending.length === 0) return session;
  if (policy === "tolerate" && number === 0)
    return {
      ...session,
      registry: { ...session.registry, snapshot: async () => emptySnapshot },
      reads: { ...session.reads, readers: async () => [] },
      datasets: { ...session.datasets, datasets: async () => [] },
    };
  throw new CommandProblem({
    code: "migrations_pending",
    ...(number === 0
      ? {
          what: `Featstore is not set up in ${databaseLabel(config)} yet`,
          advice: "run featstore apply, which sets it up and applies the definitions",
        }
      : {
          what: `pending migrations: ${pending.join(", ")}`,
          advice: "featstore apply or featstore serve brings it up to date",
        }),
    exit: "database",
  });
}

const emptySnapshot: RegistrySnapshot = {
  revision: 0,
  entities: new Map(),
  featureViews: new Map(),
  featureServices: new Map(),
};
