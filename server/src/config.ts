// Long because it is the only reader of the environment: settings, defaults, variables and their faults are one list.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { type Fault, FeatstoreError } from "./errors";
import { type DriftSettings, defaultThresholds, type Thresholds } from "./services/quality/drift/thresholds";
import { defaultSpineLimits, type SpineLimits } from "./services/training-set/spine-limits";

/** A value that prints as `[secret]` wherever it ends up; `reveal` gives it. */
export interface Secret {
  reveal(): string;
}

/** Everything that can be set, validated, with every path absolute. */
export interface Config {
  /** The file that was read; null where there is none. */
  readonly file: string | null;
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Processes that serve. */
    readonly workers: number;
  };
  /** Where the embedded database, the generated secret and the demo's key are. */
  readonly dataDir: string;
  readonly database: DatabaseConfig;
  /** The secret under which API keys are hashed; null: the data folder holds a generated one (embedded only). */
  readonly keySecret: Secret | null;
  /** Where the definitions are, as set: a file, a folder or a glob, from `folder`. */
  readonly definitions: string;
  /** The project's folder: that of the configuration file, or where the command was started. */
  readonly folder: string;
  readonly onlineStore: {
    readonly kind: "memory" | "postgres" | "redis";
    /** For whole generations, with `kind` memory. */
    readonly memoryBytes: number;
    /** For rendered answers, whatever the kind. */
    readonly cacheBytes: number;
  };
  /** Null: none is used. */
  readonly redis: RedisConfig | null;
  readonly limits: {
    readonly batchIds: number;
    readonly bodyBytes: number;
    /** Requests that one key may make in one window. */
    readonly burstRequests: number;
    readonly burstWindowSeconds: number;
    /** Failed attempts to authenticate that one address may make in a minute. */
    readonly failedAttempts: number;
    /** Reads of one view that a process may have under way in the stores at once, a slot for each. */
    readonly readSlots: number;
    /** How many of these slots batches and searches may take. */
    readonly bulkSlots: number;
    /** How many slots' worth of reads may wait, of single reads, of batches and of searches each. */
    readonly waitingReads: number;
    /** Bytes of answers that a process may hold for clients that are slow to take them. */
    readonly unsentBytes: number;
    /** Bytes that a client may still send after its request was answered. */
    readonly discardBytes: number;
  };
  readonly trainingSets: {
    /** Rows that a spine may have. */
    readonly mostRows: number;
    /** Pairs of source and spine rows that a join may look at. */
    readonly mostJoinedRows: number;
    /** Training sets that may wait while one is made, over all servers of the database. */
    readonly mostWaiting: number;
    /** The same of one tenant; those of keys without a tenant count together. */
    readonly mostWaitingPerTenant: number;
    /** Bytes of a spine that is sent as a file. */
    readonly mostSpineBytes: number;
    readonly spineLimits: SpineLimits;
    /** MiB of WebAssembly memory that the thread may take which reads and writes Parquet, and as much of its heap. */
    readonly parquetMb: number;
    /** How long the rows of one may take. */
    readonly deadlineMs: number;
    /** Days that a finished one is kept; null: for ever. */
    readonly keptDays: number | null;
  };
  readonly log: { readonly level: LogLevel; readonly file: string | null };
  readonly deadlines: {
    readonly readMs: number;
    readonly drainMs: number;
    /** How long a client may take nothing of an answer that is being sent to it. */
    readonly writeMs: number;
    /** How long a client may still send after its request was answered. */
    readonly discardMs: number;
  };
  /** The entity of requests that name none; null: the only one there is. */
  readonly defaultEntity: string | null;
  /** Whether this server may begin the runs that are scheduled. */
  readonly scheduler: "on" | "off";
  /** The sample of answers that `featstore audit` replays. */
  readonly audit: {
    /** One of so many entities that are answered is kept, on average; 0: none. */
    readonly every: number;
    /** Whether answers of views with personal features are kept too. */
    readonly personal: boolean;
    readonly retention: { readonly rows: number; readonly days: number };
  };
  readonly drift: DriftSettings;
}

export interface RedisConfig {
  readonly url: Secret;
  /** Begins every key; servers of one database that share a Redis have the same. */
  readonly prefix: string;
  /** Hashes that a generation is spread over; the same for all servers. */
  readonly buckets: number;
  /** How long a read waits for Redis before PostgreSQL is asked. */
  readonly readMs: number;
}

export type DatabaseConfig =
  | { readonly kind: "embedded"; readonly folder: string }
  | {
      readonly kind: "postgres";
      readonly url: Secret;
      /** For LISTEN, where `url` leads to a transaction pooler; null: `url` serves. */
      readonly directUrl: Secret | null;
      readonly prepare: boolean;
      readonly poolSize: number;
    };

export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface ConfigSources {
  /** `process.env` by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start and the file is looked for; the working folder by default. */
  readonly folder?: string;
  /** Another file than `featstore.config.yaml`; it must exist then. */
  readonly file?: string;
}

const FILE = "featstore.config.yaml";
const KIBIBYTE = 1024;
const MEBIBYTE = 1_048_576;

const integer = (least: number, greatest: number) =>
  z
    .int(`expected an integer from ${least} to ${greatest}`)
    .min(least, `expected at least ${least}`)
    .max(greatest, `expected at most ${greatest}`);
const text = z.string("expected a text").min(1, "it is empty");
const postgresUrl = z
  .string("expected a text")
  .refine(
    (url) => /^postgres(?:ql)?:\/\/./.test(url) && URL.canParse(url),
    "expected postgres://user:password@host:5432/name",
  );
const redisUrl = z.string("expected a text").refine((url) => {
  const [, scheme, rest = ""] = /^(rediss?)(?:\+cluster)?:\/\/([^/].*)$/.exec(url) ?? [];
  return scheme !== undefined && rest.split(",").every((part) => URL.canParse(`${scheme}://${part}`));
}, "expected redis://:password@host:6379, or redis+cluster://host:port,host:port for a Cluster");
const keySecret = z
  .string("expected a text")
  .min(32, "expected at least 32 characters: `openssl rand -hex 32` makes one");
const name = z.string("expected a text").regex(/^[a-z][a-z0-9_]{0,39}$/, "expected a name such as track");
const flag = z.boolean("expected true or false");

const fraction = (greatest: number) =>
  z.number("expected a number").gt(0, "expected more than 0").max(greatest, `expected at most ${greatest}`);
const thresholds = {
  psi: fraction(100),
  jensen_shannon: fraction(1),
  kolmogorov_smirnov: fraction(1),
  null_shift: fraction(1),
};

const group = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).prefault({} as never);

const File = z.strictObject({
  server: group({
    host: text.default("127.0.0.1"),
    port: integer(0, 65535).default(8080),
    workers: z.union([integer(1, 256), z.literal("auto")], 'expected an integer from 1 to 256, or "auto"').default(1),
  }),
  data_dir: text.default(".featstore"),
  database: group({
    url: postgresUrl.optional(),
    direct_url: postgresUrl.optional(),
    prepare: flag.default(true),
    pool_size: integer(1, 500).default(10),
  }),
  key_secret: keySecret.optional(),
  definitions: text.default("definitions"),
  online_store: group({
    kind: z.enum(["memory", "postgres", "redis"], 'expected "memory", "postgres" or "redis"').optional(),
    memory_mb: integer(1, 1_048_576).default(512),
    cache_mb: integer(0, 1_048_576).default(128),
  }),
  redis: group({
    url: redisUrl.optional(),
    prefix: name.default("featstore"),
    buckets: integer(1, 65_536).default(64),
    read_ms: integer(1, 60_000).default(200),
  }),
  limits: group({
    batch_ids: integer(1, 10_000).default(1000),
    body_bytes: integer(1024, 104_857_600).default(1_048_576),
    burst_requests: integer(1, 10_000_000).default(1000),
    burst_window_seconds: integer(1, 3600).default(1),
    failed_attempts: integer(1, 1_000_000).default(60),
    read_slots: integer(1, 100_000).optional(),
    bulk_slots: integer(1, 100_000).optional(),
    waiting_reads: integer(0, 1_000_000).default(500),
    unsent_mb: integer(1, 1_048_576).default(256),
    discard_mb: integer(0, 1_048_576).default(32),
  }),
  training_sets: group({
    rows: integer(1, 1_000_000_000).default(10_000_000),
    joined_rows: integer(1, Number.MAX_SAFE_INTEGER).default(5_000_000_000),
    waiting: integer(0, 1000).default(64),
    waiting_per_tenant: integer(0, 1000).default(8),
    spine_mb: integer(1, 1_048_576).default(1024),
    columns: integer(2, 100_000).default(defaultSpineLimits.columns),
    field_kb: integer(1, 65_536).default(defaultSpineLimits.fieldBytes / KIBIBYTE),
    line_kb: integer(1, 65_536).default(defaultSpineLimits.lineBytes / KIBIBYTE),
    header_kb: integer(1, 65_536).default(defaultSpineLimits.headerBytes / KIBIBYTE),
    parquet_mb: integer(64, 4095).default(1024),
    deadline_minutes: integer(1, 10_080).default(360),
    kept_days: integer(1, 36_500).optional(),
  }),
  log: group({
    level: z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(", ")}`).default("info"),
    file: text.optional(),
  }),
  deadlines: group({
    read_ms: integer(1, 600_000).default(2000),
    drain_ms: integer(0, 600_000).default(10_000),
    write_ms: integer(100, 600_000).default(30_000),
    discard_ms: integer(0, 60_000).default(10_000),
  }),
  default_entity: name.optional(),
  scheduler: z.enum(["on", "off"], 'expected "on" or "off"').default("on"),
  audit: group({
    one_in: integer(0, 1_000_000_000).default(1000),
    personal: flag.default(false),
    keep_rows: integer(1, 100_000_000).default(100_000),
    keep_days: integer(1, 3650).default(30),
  }),
  drift: group({
    psi: thresholds.psi.default(defaultThresholds.populationStability),
    jensen_shannon: thresholds.jensen_shannon.default(defaultThresholds.jensenShannon),
    kolmogorov_smirnov: thresholds.kolmogorov_smirnov.default(defaultThresholds.kolmogorovSmirnov),
    null_shift: thresholds.null_shift.default(defaultThresholds.nullShift),
    features: z
      .record(
        z.string().regex(/^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,39}$/, "expected view.feature"),
        z.strictObject(thresholds).partial(),
      )
      .default({}),
  }),
});

const Settings = File.superRefine(({ server, database, online_store, redis }, context) => {
  if (online_store.kind === "redis" && redis.url === undefined) {
    context.addIssue({ code: "custom", path: ["online_store", "kind"], message: "it is in Redis: set REDIS_URL" });
  }
  if (typeof server.workers !== "number" || server.workers === 1 || database.url !== undefined) return;
  context.addIssue({
    code: "custom",
    path: ["server", "workers"],
    message: "several workers need PostgreSQL: one process alone can hold the embedded database; set DATABASE_URL",
  });
});

type FileSettings = z.infer<typeof File>;

/** Each environment variable with the setting that it overrides. */
export const environmentSettings: Readonly<Record<string, readonly string[]>> = {
  PORT: ["server", "port"],
  HOST: ["server", "host"],
  FEATSTORE_WORKERS: ["server", "workers"],
  FEATSTORE_DATA_DIR: ["data_dir"],
  DATABASE_URL: ["database", "url"],
  DATABASE_DIRECT_URL: ["database", "direct_url"],
  DATABASE_PREPARE: ["database", "prepare"],
  DATABASE_POOL_SIZE: ["database", "pool_size"],
  REDIS_URL: ["redis", "url"],
  FEATSTORE_REDIS_PREFIX: ["redis", "prefix"],
  FEATSTORE_REDIS_BUCKETS: ["redis", "buckets"],
  FEATSTORE_REDIS_READ_MS: ["redis", "read_ms"],
  FEATSTORE_KEY_SECRET: ["key_secret"],
  FEATSTORE_DEFINITIONS: ["definitions"],
  FEATSTORE_ONLINE_STORE: ["online_store", "kind"],
  FEATSTORE_ONLINE_STORE_MEMORY_MB: ["online_store", "memory_mb"],
  FEATSTORE_ONLINE_STORE_CACHE_MB: ["online_store", "cache_mb"],
  FEATSTORE_BATCH_IDS: ["limits", "batch_ids"],
  FEATSTORE_BODY_BYTES: ["limits", "body_bytes"],
  FEATSTORE_BURST_REQUESTS: ["limits", "burst_requests"],
  FEATSTORE_BURST_WINDOW_SECONDS: ["limits", "burst_window_seconds"],
  FEATSTORE_FAILED_ATTEMPTS: ["limits", "failed_attempts"],
  FEATSTORE_READ_SLOTS: ["limits", "read_slots"],
  FEATSTORE_BULK_SLOTS: ["limits", "bulk_slots"],
  FEATSTORE_WAITING_READS: ["limits", "waiting_reads"],
  FEATSTORE_UNSENT_MB: ["limits", "unsent_mb"],
  FEATSTORE_DISCARD_MB: ["limits", "discard_mb"],
  FEATSTORE_TRAINING_ROWS: ["training_sets", "rows"],
  FEATSTORE_TRAINING_JOINED_ROWS: ["training_sets", "joined_rows"],
  FEATSTORE_TRAINING_WAITING: ["training_sets", "waiting"],
  FEATSTORE_TRAINING_WAITING_PER_TENANT: ["training_sets", "waiting_per_tenant"],
  FEATSTORE_TRAINING_SPINE_MB: ["training_sets", "spine_mb"],
  FEATSTORE_TRAINING_COLUMNS: ["training_sets", "columns"],
  FEATSTORE_TRAINING_FIELD_KB: ["training_sets", "field_kb"],
  FEATSTORE_TRAINING_LINE_KB: ["training_sets", "line_kb"],
  FEATSTORE_TRAINING_HEADER_KB: ["training_sets", "header_kb"],
  FEATSTORE_TRAINING_PARQUET_MB: ["training_sets", "parquet_mb"],
  FEATSTORE_TRAINING_DEADLINE_MINUTES: ["training_sets", "deadline_minutes"],
  FEATSTORE_TRAINING_KEPT_DAYS: ["training_sets", "kept_days"],
  FEATSTORE_LOG_LEVEL: ["log", "level"],
  FEATSTORE_LOG_FILE: ["log", "file"],
  FEATSTORE_READ_DEADLINE_MS: ["deadlines", "read_ms"],
  FEATSTORE_DRAIN_MS: ["deadlines", "drain_ms"],
  FEATSTORE_WRITE_MS: ["deadlines", "write_ms"],
  FEATSTORE_DISCARD_MS: ["deadlines", "discard_ms"],
  FEATSTORE_DEFAULT_ENTITY: ["default_entity"],
  FEATSTORE_SCHEDULER: ["scheduler"],
  FEATSTORE_AUDIT_ONE_IN: ["audit", "one_in"],
  FEATSTORE_AUDIT_PERSONAL: ["audit", "personal"],
  FEATSTORE_AUDIT_KEEP_ROWS: ["audit", "keep_rows"],
  FEATSTORE_AUDIT_KEEP_DAYS: ["audit", "keep_days"],
};

/**
 * Reads environment and file; the environment goes before the file, the file before the defaults. An empty variable
 * counts as absent, but for DATABASE_URL, which may not be empty.
 * Errors: `config_invalid` with every fault, each with its place; no value of a secret is told.
 *
 * @example const config = loadConfig();
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const env = sources.env ?? process.env;
  const start = resolve(sources.folder ?? process.cwd());
  const named = sources.file ?? nonEmpty(env.FEATSTORE_CONFIG);
  const path = resolve(start, named ?? FILE);
  const faults: Fault[] = [];
  const read = readFile(path, named !== undefined, faults);
  const folder = read === undefined ? start : resolve(path, "..");
  const places = new Map<string, string>();
  const merged = withEnvironment(read?.settings ?? {}, env, places);
  // Otherwise a secret that did not arrive would quietly mean another database.
  if (env.DATABASE_URL?.trim() === "")
    faults.push({
      place: "DATABASE_URL",
      detail: "it is empty: give it a url, or unset it to use the embedded database",
    });
  const parsed = Settings.safeParse(merged);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(...faultsOf(issue, places, read));
  }
  if (!parsed.success || faults.length > 0) throw invalid(faults);
  return configOf(parsed.data, { file: read === undefined ? null : path, folder });
}

interface ReadFile {
  readonly name: string;
  readonly settings: Record<string, unknown>;
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

function readFile(path: string, required: boolean, faults: Fault[]): ReadFile | undefined {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (code !== "ENOENT" || required) faults.push({ place: path, detail: `the file cannot be read (${code})` });
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    faults.push({
      place: `${path}:${line}:${col}`,
      detail: `this is not YAML: ${error.code.toLowerCase().replaceAll("_", " ")}`,
    });
  }
  const settings: unknown = document.errors.length > 0 ? {} : (document.toJS() ?? {});
  if (!isRecord(settings)) {
    faults.push({ place: path, detail: "expected settings such as `server:`" });
    return undefined;
  }
  return {
    name: path,
    settings,
    lineOf(keys) {
      for (let length = keys.length; length > 0; length--) {
        const node: unknown = document.getIn(keys.slice(0, length), true);
        if (isRecord(node) && Array.isArray(node.range)) return lines.linePos(Number(node.range[0])).line;
      }
      return undefined;
    },
  };
}

/** The file's settings with the environment's laid over; notes for each which variable it came from. */
function withEnvironment(
  settings: Record<string, unknown>,
  env: Readonly<Record<string, string | undefined>>,
  places: Map<string, string>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = structuredClone(settings);
  for (const [variable, [first, second]] of Object.entries(environmentSettings)) {
    const value = nonEmpty(env[variable]);
    if (value === undefined || first === undefined) continue;
    places.set([first, second].filter((part) => part !== undefined).join("."), variable);
    if (second === undefined) {
      merged[first] = fromText(value, [first]);
    } else {
      const inner = merged[first];
      merged[first] = { ...(isRecord(inner) ? inner : {}), [second]: fromText(value, [first, second]) };
    }
  }
  return merged;
}

const NUMBERS = new Set([
  ...["port", "pool_size", "memory_mb", "cache_mb", "read_ms", "drain_ms", "write_ms", "discard_ms", "workers"],
  ...["one_in", "keep_rows", "keep_days", "buckets"],
]);

/** A variable's text as the type of its setting; one that does not fit stays a text, which validation refuses. */
function fromText(value: string, path: readonly string[]): unknown {
  const setting = path.at(-1) ?? "";
  if (setting === "prepare" || setting === "personal")
    return value === "true" ? true : value === "false" ? false : value;
  if (path[0] === "limits" || path[0] === "training_sets" || NUMBERS.has(setting))
    return /^[0-9]{1,15}$/.test(value) ? Number(value) : value;
  return value;
}

function faultsOf(issue: z.core.$ZodIssue, places: ReadonlyMap<string, string>, read: ReadFile | undefined): Fault[] {
  const whereOf = (path: readonly PropertyKey[]): string => {
    const setting = path.map(String).join(".");
    const variable = places.get(setting);
    if (variable !== undefined) return variable;
    const line = read?.lineOf(path);
    return read === undefined ? setting : `${read.name}${line === undefined ? "" : `:${line}`} ${setting}`;
  };
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ place: whereOf([...issue.path, key]), detail: "there is no such setting" }));
  }
  // A message of our own, or one of the library's that says what was expected; neither quotes the value.
  const detail =
    issue.code === "invalid_type" && issue.message.startsWith("Invalid input")
      ? `expected ${issue.expected}`
      : issue.message;
  return [{ place: whereOf(issue.path), detail }];
}

function invalid(faults: readonly Fault[]): FeatstoreError {
  const lines = faults.map((fault) => `${fault.place}: ${fault.detail}`);
  return new FeatstoreError(
    "config_invalid",
    `The configuration has ${faults.length} fault${faults.length === 1 ? "" : "s"}: ${lines.join("; ")}.`,
    {
      errors: faults,
    },
  );
}

function configOf(settings: FileSettings, { file, folder }: { file: string | null; folder: string }): Config {
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(folder, path));
  const { server, database, online_store, redis, limits, training_sets, log, deadlines } = settings;
  const dataDir = absolute(settings.data_dir);
  return {
    file,
    folder,
    server: { ...server, workers: server.workers === "auto" ? workersHere(database.url) : server.workers },
    dataDir,
    database:
      database.url === undefined
        ? { kind: "embedded", folder: join(dataDir, "database") }
        : {
            kind: "postgres",
            url: secret(database.url),
            directUrl: database.direct_url === undefined ? null : secret(database.direct_url),
            prepare: database.prepare,
            poolSize: database.pool_size,
          },
    keySecret: settings.key_secret === undefined ? null : secret(settings.key_secret),
    definitions: settings.definitions,
    onlineStore: {
      kind: online_store.kind ?? (redis.url === undefined ? "memory" : "redis"),
      memoryBytes: online_store.memory_mb * MEBIBYTE,
      cacheBytes: online_store.cache_mb * MEBIBYTE,
    },
    redis:
      redis.url === undefined
        ? null
        : { url: secret(redis.url), prefix: redis.prefix, buckets: redis.buckets, readMs: redis.read_ms },
    limits: {
      batchIds: limits.batch_ids,
      bodyBytes: limits.body_bytes,
      burstRequests: limits.burst_requests,
      burstWindowSeconds: limits.burst_window_seconds,
      failedAttempts: limits.failed_attempts,
      ...slotsOf(settings),
      waitingReads: limits.waiting_reads,
      unsentBytes: limits.unsent_mb * MEBIBYTE,
      discardBytes: limits.discard_mb * MEBIBYTE,
    },
    trainingSets: {
      mostRows: training_sets.rows,
      mostJoinedRows: training_sets.joined_rows,
      mostWaiting: training_sets.waiting,
      mostWaitingPerTenant: training_sets.waiting_per_tenant,
      mostSpineBytes: training_sets.spine_mb * MEBIBYTE,
      spineLimits: {
        columns: training_sets.columns,
        fieldBytes: training_sets.field_kb * KIBIBYTE,
        lineBytes: training_sets.line_kb * KIBIBYTE,
        headerBytes: training_sets.header_kb * KIBIBYTE,
      },
      parquetMb: training_sets.parquet_mb,
      deadlineMs: training_sets.deadline_minutes * 60_000,
      keptDays: training_sets.kept_days ?? null,
    },
    log: { level: log.level, file: log.file === undefined ? null : absolute(log.file) },
    deadlines: {
      readMs: deadlines.read_ms,
      drainMs: deadlines.drain_ms,
      writeMs: deadlines.write_ms,
      discardMs: deadlines.discard_ms,
    },
    defaultEntity: settings.default_entity ?? null,
    scheduler: settings.scheduler,
    audit: {
      every: settings.audit.one_in,
      personal: settings.audit.personal,
      retention: { rows: settings.audit.keep_rows, days: settings.audit.keep_days },
    },
    drift: {
      thresholds: { ...defaultThresholds, ...thresholdsOf(settings.drift) },
      features: Object.fromEntries(
        Object.entries(settings.drift.features).map(([feature, own]) => [feature, thresholdsOf(own)]),
      ),
    },
  };
}

/** A process for each core; the embedded database has room for one. */
function workersHere(databaseUrl: string | undefined): number {
  return databaseUrl === undefined ? 1 : availableParallelism();
}

/** Where there is a read in PostgreSQL for each slot, reads queue here, and some connections stay free of batches. */
function slotsOf({ database, limits, redis, online_store }: FileSettings): {
  readonly readSlots: number;
  readonly bulkSlots: number;
} {
  const isInRedis = redis.url !== undefined && (online_store.kind ?? "redis") === "redis";
  const usual = isInRedis ? REDIS_READ_SLOTS : 2 * database.pool_size;
  const readSlots = limits.read_slots ?? usual;
  const bulkSlots = limits.bulk_slots ?? Math.max(1, Math.floor(BULK_SHARE * readSlots));
  return { readSlots, bulkSlots: Math.min(bulkSlots, readSlots) };
}

const REDIS_READ_SLOTS = 500;
const BULK_SHARE = 0.4;

function thresholdsOf(own: {
  readonly psi?: number | undefined;
  readonly jensen_shannon?: number | undefined;
  readonly kolmogorov_smirnov?: number | undefined;
  readonly null_shift?: number | undefined;
}): Partial<Thresholds> {
  return {
    ...(own.psi === undefined ? {} : { populationStability: own.psi }),
    ...(own.jensen_shannon === undefined ? {} : { jensenShannon: own.jensen_shannon }),
    ...(own.kolmogorov_smirnov === undefined ? {} : { kolmogorovSmirnov: own.kolmogorov_smirnov }),
    ...(own.null_shift === undefined ? {} : { nullShift: own.null_shift }),
  };
}

/** Wraps a value so that printing, logging and serialising show `[secret]`. */
export function secret(value: string): Secret {
  const hidden = () => "[secret]";
  return Object.defineProperties(
    { reveal: () => value },
    Object.fromEntries(
      ["toString", "toJSON", Symbol.for("nodejs.util.inspect.custom")].map((key) => [key, { value: hidden }]),
    ),
  );
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The environment that commands hand to `loadConfig`; nothing else reads it. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
