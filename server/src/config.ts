// Long because it is the only reader of the environment: what is read, validated and converted is in one place.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { type Fault, FeatstoreError } from "./errors";
import { type DriftSettings, defaultThresholds, type Thresholds } from "./services/quality/drift/thresholds";
import type { SpineLimits } from "./services/training-set/spine-limits";
import { allSettings, type FileSettings, type LogLevel, type Setting, Settings } from "./settings";

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
    /** Ids of a batch of the past. */
    readonly asOfIds: number;
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
    readonly maxRows: number;
    /** Pairs of source and spine rows that a join may look at. */
    readonly maxJoinedRows: number;
    /** Training sets that may wait while one is made, over all servers of the database. */
    readonly maxWaiting: number;
    /** The same of one tenant; those of keys without a tenant count together. */
    readonly maxWaitingPerTenant: number;
    /** Bytes of a spine that is sent as a file. */
    readonly maxSpineBytes: number;
    readonly spineLimits: SpineLimits;
    /** MiB of WebAssembly memory that the thread may take which reads and writes Parquet, and as much of its heap. */
    readonly parquetMb: number;
    /** How long the rows of one may take. */
    readonly deadlineMs: number;
    /** Days that a finished one is kept; null: for ever. */
    readonly retentionDays: number | null;
  };
  readonly log: { readonly level: LogLevel; readonly file: string | null };
  readonly deadlines: {
    readonly readMs: number;
    /** For reads of the past. */
    readonly asOfMs: number;
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
  const paths = new Map<string, string>();
  const merged = withEnvironment(read?.settings ?? {}, env, paths);
  // Otherwise a secret that did not arrive would quietly mean another database.
  if (env.DATABASE_URL?.trim() === "")
    faults.push({
      path: "DATABASE_URL",
      detail: "it is empty: give it a url, or unset it to use the embedded database",
    });
  const parsed = Settings.safeParse(merged);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(...faultsOf(issue, paths, read));
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
    if (code !== "ENOENT" || required) faults.push({ path, detail: `the file cannot be read (${code})` });
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    faults.push({
      path: `${path}:${line}:${col}`,
      detail: `this is not YAML: ${error.code.toLowerCase().replaceAll("_", " ")}`,
    });
  }
  const settings: unknown = document.errors.length > 0 ? {} : (document.toJS() ?? {});
  if (!isRecord(settings)) {
    faults.push({ path, detail: "expected settings such as `server:`" });
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
  paths: Map<string, string>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = structuredClone(settings);
  for (const { name, variable, type } of allSettings) {
    const value = variable === null ? undefined : nonEmpty(env[variable]);
    const [first, second] = name.split(".");
    if (variable === null || value === undefined || first === undefined) continue;
    paths.set(name, variable);
    if (second === undefined) {
      merged[first] = fromText(value, type);
    } else {
      const inner = merged[first];
      merged[first] = { ...(isRecord(inner) ? inner : {}), [second]: fromText(value, type) };
    }
  }
  return merged;
}

/** A variable's text as the type of its setting; one that does not fit stays a text, which validation refuses. */
function fromText(value: string, type: Setting["type"]): unknown {
  if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
  if (type === "integer" && /^[0-9]{1,16}$/.test(value)) return Number(value);
  if (type === "number" && /^[0-9]{1,15}(?:\.[0-9]{1,15})?$/.test(value)) return Number(value);
  return value;
}

function faultsOf(issue: z.core.$ZodIssue, paths: ReadonlyMap<string, string>, read: ReadFile | undefined): Fault[] {
  const whereOf = (path: readonly PropertyKey[]): string => {
    const setting = path.map(String).join(".");
    const variable = paths.get(setting);
    if (variable !== undefined) return variable;
    const line = read?.lineOf(path);
    return read === undefined ? setting : `${read.name}${line === undefined ? "" : `:${line}`} ${setting}`;
  };
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: whereOf([...issue.path, key]), detail: "there is no such setting" }));
  }
  // A message of our own, or one of the library's that says what was expected; neither quotes the value.
  const detail =
    issue.code === "invalid_type" && issue.message.startsWith("Invalid input")
      ? `expected ${issue.expected}`
      : issue.message;
  return [{ path: whereOf(issue.path), detail }];
}

function invalid(faults: readonly Fault[]): FeatstoreError {
  const lines = faults.map((fault) => `${fault.path}: ${fault.detail}`);
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
      asOfIds: limits.as_of_ids,
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
      maxRows: training_sets.rows,
      maxJoinedRows: training_sets.joined_rows,
      maxWaiting: training_sets.waiting,
      maxWaitingPerTenant: training_sets.waiting_per_tenant,
      maxSpineBytes: training_sets.spine_mb * MEBIBYTE,
      spineLimits: {
        columns: training_sets.columns,
        fieldBytes: training_sets.field_kb * KIBIBYTE,
        lineBytes: training_sets.line_kb * KIBIBYTE,
        headerBytes: training_sets.header_kb * KIBIBYTE,
      },
      parquetMb: training_sets.parquet_mb,
      deadlineMs: training_sets.deadline_minutes * 60_000,
      retentionDays: training_sets.kept_days ?? null,
    },
    log: { level: log.level, file: log.file === undefined ? null : absolute(log.file) },
    deadlines: {
      readMs: deadlines.read_ms,
      asOfMs: deadlines.as_of_ms,
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
