// Long because it is the only reader of the environment: all reading, validation and conversion is in one place.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { type DriftSettings, defaultThresholds, type Thresholds } from "./drift-thresholds";
import { type Fault, FeatstoreError } from "./errors";
import {
  allSettings,
  type FileSettings,
  type LogLevel,
  namedSecrets,
  type Setting,
  Settings,
  type SignUp,
} from "./settings";
import type { Rate, Tier, Tiers } from "./tiers";

/** A value that prints as `[secret]` everywhere; `reveal` returns it. */
export interface Secret {
  reveal(): string;
}

/** All settings, validated, with absolute paths. */
export interface Config {
  /** The configuration file; null if there is none. */
  readonly file: string | null;
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Number of serving processes. */
    readonly workers: number;
    /** Addresses and networks whose `X-Forwarded-For` is believed. */
    readonly trustedProxies: readonly string[];
    /** Origins whose pages may call the API in a browser. */
    readonly corsOrigins: readonly string[];
  };
  /** The folder of the embedded database, the generated secret and the demo's key. */
  readonly dataDir: string;
  readonly database: DatabaseConfig;
  /** The engines besides `postgres`, by name. */
  readonly engines: Readonly<Record<string, EngineSettings>>;
  /** The secret under which API keys are hashed; null: generated in the data folder (embedded database only). */
  readonly keySecret: Secret | null;
  /** More of these secrets, by name, the newest first; new keys use the first one. */
  readonly keySecrets: readonly { readonly name: string; readonly secret: Secret }[];
  readonly keys: {
    /** The age from which a key is due for rotation; null: never. */
    readonly maxAgeDays: number | null;
  };
  /** The definitions as set: a file, a folder or a glob, relative to `folder`. */
  readonly definitions: string;
  /** The project's folder: that of the configuration file, or the working folder of the command. */
  readonly folder: string;
  readonly onlineStore: {
    readonly kind: "memory" | "postgres" | "redis";
    /** Memory for whole generations, if `kind` is memory. */
    readonly memoryBytes: number;
    /** Memory for rendered responses, for every `kind`. */
    readonly cacheBytes: number;
  };
  /** Null: Redis is not used. */
  readonly redis: RedisConfig | null;
  readonly limits: {
    readonly batchIds: number;
    /** Maximum ids of a batch with `as_of`. */
    readonly asOfIds: number;
    readonly bodyBytes: number;
    /** Of a key without an organisation. */
    readonly rate: Rate;
    /** Servers that share the limits. */
    readonly servers: number;
    /** Failed authentication attempts that one address may make per minute. */
    readonly failedAttempts: number;
    /** Requests with a session that one address may make per second. */
    readonly sessionsPerSecond: number;
    /** Reads of one view that a process may have in the stores at once, one slot each. */
    readonly readSlots: number;
    /** Slots that batches and searches may use. */
    readonly bulkSlots: number;
    /** Slots' worth of reads that may wait, for each lane. */
    readonly waitingReads: number;
    /** Bytes of responses that a process may hold for slow clients. */
    readonly unsentBytes: number;
    /** Bytes that a client may still send after it got its response. */
    readonly discardBytes: number;
  };
  readonly tiers: Tiers;
  /** Null: nobody signs in, and the operator makes all keys. */
  readonly auth: AuthConfig | null;
  readonly trainingSets: {
    /** Maximum rows of a spine. */
    readonly maxRows: number;
    /** Pairs of source and spine rows that a join may examine. */
    readonly maxJoinedRows: number;
    /** Training sets that may wait while one is made, on all servers of the database. */
    readonly maxWaiting: number;
    /** The same per tenant; keys without a tenant count together. */
    readonly maxWaitingPerTenant: number;
    /** Maximum bytes of a spine that is sent as a file. */
    readonly maxSpineBytes: number;
    /** Size limits of a spine besides its row count, in bytes of UTF-8. */
    readonly spineLimits: {
      readonly columns: number;
      /** Bytes of one value as JSON text. */
      readonly fieldBytes: number;
      /** Bytes of one row: a line of CSV or JSON Lines, or all values of a row. */
      readonly lineBytes: number;
      /** Bytes of all column names together. */
      readonly headerBytes: number;
    };
    /** MiB of WebAssembly memory for the thread that reads and writes Parquet, and as much heap. */
    readonly parquetMb: number;
    /** Time limit for the rows of one training set. */
    readonly deadlineMs: number;
    /** Days to keep a finished training set; null: forever. */
    readonly retentionDays: number | null;
  };
  readonly datasets: {
    readonly folder: string;
    /** Null: the files are in `folder`. */
    readonly s3: {
      readonly bucket: string;
      /** Begins every name of a file; empty, or with a slash at its end. */
      readonly prefix: string;
      /** Null: AWS. */
      readonly endpoint: string | null;
      /** Redirect downloads to signed URLs. */
      readonly redirect: boolean;
    } | null;
    readonly maxFileBytes: number;
    /** Whether requests without a key may read public datasets, and how often per address. */
    readonly anonymous: boolean;
    readonly anonymousPerMinute: number;
    /** Maximum bytes of a selection of columns that is sent at once. */
    readonly streamBytes: number;
    readonly exportMs: number;
  };
  readonly log: { readonly level: LogLevel; readonly file: string | null };
  readonly deadlines: {
    readonly readMs: number;
    /** For reads with `as_of`. */
    readonly asOfMs: number;
    readonly drainMs: number;
    /** How long a client may read nothing of a response that is being sent. */
    readonly writeMs: number;
    /** How long a client may still send after it got its response. */
    readonly discardMs: number;
  };
  /** The entity of requests that name none; null: the only one. */
  readonly defaultEntity: string | null;
  /** True if this server may start scheduled runs. */
  readonly scheduler: "on" | "off";
  /** The sample of responses that `featstore audit` replays. */
  readonly audit: {
    /** Samples one in this many served entities, on average; 0: none. */
    readonly every: number;
    /** True to store responses of views with personal features. */
    readonly personal: boolean;
    readonly retention: { readonly rows: number; readonly days: number };
  };
  readonly usage: {
    /** Milliseconds between writes of what was counted. */
    readonly flushMs: number;
    readonly keptDays: number;
  };
  readonly auditLog: { readonly keptDays: number };
  readonly drift: DriftSettings;
}

/** How people sign in. */
export interface AuthConfig {
  /** The origin of the pages, without a slash at its end: `https://features.example.com`. */
  readonly baseUrl: string;
  /** Signs session cookies; null: generated in the data folder (embedded database only). */
  readonly secret: Secret | null;
  readonly signup: SignUp;
  /** In lower case. */
  readonly domains: readonly string[];
  readonly sessionDays: number;
  /** Null: mails are written to the log. */
  readonly mail: { readonly url: Secret; readonly from: string } | null;
  readonly oidc: { readonly issuer: string; readonly clientId: string; readonly clientSecret: Secret } | null;
}

export interface RedisConfig {
  readonly url: Secret;
  /** The prefix of every key, the same for all servers of one database. */
  readonly prefix: string;
  /** Hashes that a generation is spread over; the same for all servers. */
  readonly buckets: number;
  /** How long a read waits for Redis before it goes to PostgreSQL. */
  readonly readMs: number;
}

export type DatabaseConfig =
  | { readonly kind: "embedded"; readonly folder: string }
  | {
      readonly kind: "postgres";
      readonly url: Secret;
      /** For LISTEN, if `url` leads to a transaction pooler; null: `url` is used. */
      readonly directUrl: Secret | null;
      readonly prepare: boolean;
      readonly poolSize: number;
      /** How long to wait at the start until PostgreSQL accepts connections. */
      readonly waitMs: number;
    };

/** An engine that computes views besides PostgreSQL. */
export interface EngineSettings {
  readonly kind: "duckdb" | "spark";
  /** DuckDB: the PostgreSQL database whose tables its sources may name; null: none. Spark: the Connect server, which is always set. */
  readonly url: Secret | null;
  /** The folder of DuckDB's files on their way to PostgreSQL, and of what does not fit into its memory. */
  readonly staging: string;
  /** Spark: where it writes what it computes, `s3://bucket/prefix` without a slash at the end. DuckDB: null. */
  readonly results: string | null;
  readonly memoryMb: number;
  readonly threads: number;
  /** Absolute folders, and `s3://bucket/prefix` without a slash at the end: its sources may read nothing else. */
  readonly roots: readonly string[];
  /** The folder of DuckDB's extensions; null: none are loaded. */
  readonly extensions: string | null;
  /** `endpoint`: null for AWS. `region`: null for that of the AWS SDK's usual sources. */
  readonly s3: { readonly endpoint: string | null; readonly region: string | null };
}

export interface ConfigSources {
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The base of relative paths, in which the file is looked for. Default: the working folder. */
  readonly folder?: string;
  /** A file to use instead of `featstore.config.yaml`; it must exist. */
  readonly file?: string;
}

const FILE = "featstore.config.yaml";
const KIBIBYTE = 1024;
const MEBIBYTE = 1_048_576;

/**
 * Reads environment and file. The environment takes precedence over the file, the file over the defaults. An empty
 * variable counts as absent, except for DATABASE_URL, which must not be empty.
 * Errors: `config_invalid` with every fault and its path, without the values of secrets.
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
  const settings = [...allSettings, ...urlsOfEngines(read?.settings.engines)];
  const values = withSecretFiles(env, settings, start, faults);
  const merged = withEnvironment(read?.settings ?? {}, settings, values, paths);
  // Otherwise a missing secret would silently select another database.
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

type FromVariable = Pick<Setting, "variable" | "type" | "isSecret"> & { readonly name: string };

/** The url of each engine in the file, which is a secret and hence better in a variable. */
function urlsOfEngines(engines: unknown): readonly FromVariable[] {
  return Object.keys(isRecord(engines) ? engines : {}).map((name) => ({
    name: `engines.${name}.url`,
    variable: `FEATSTORE_ENGINE_${name.toUpperCase()}_URL`,
    type: "string",
    isSecret: true,
  }));
}

/**
 * Adds the secrets that are in files: `<VARIABLE>_FILE` names a file with the value of `<VARIABLE>`, as Docker and
 * Kubernetes mount secrets. The variable itself takes precedence.
 */
function withSecretFiles(
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly FromVariable[],
  folder: string,
  faults: Fault[],
): Readonly<Record<string, string | undefined>> {
  const values = { ...env };
  for (const { variable, isSecret } of settings) {
    if (isSecret !== true || variable === null || nonEmpty(env[variable]) !== undefined) continue;
    const name = `${variable}_FILE`;
    const path = nonEmpty(env[name]);
    if (path === undefined) continue;
    try {
      const value = readFileSync(resolve(folder, path), "utf8").trim();
      if (value === "") faults.push({ path: name, detail: `the file ${path} is empty` });
      else values[variable] = value;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
      faults.push({ path: name, detail: `the file ${path} cannot be read (${code})` });
    }
  }
  return values;
}

/** Merges the environment into the file's settings, and notes the variable of each. */
function withEnvironment(
  file: Record<string, unknown>,
  settings: readonly FromVariable[],
  env: Readonly<Record<string, string | undefined>>,
  paths: Map<string, string>,
): Record<string, unknown> {
  let merged: Record<string, unknown> = structuredClone(file);
  for (const { name, variable, type } of settings) {
    const value = variable === null ? undefined : nonEmpty(env[variable]);
    if (variable === null || value === undefined) continue;
    paths.set(name, variable);
    merged = withValue(merged, name.split("."), fromText(value, type));
  }
  return merged;
}

function withValue(
  settings: unknown,
  [key = "", ...deeper]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const own = isRecord(settings) ? settings : {};
  return { ...own, [key]: deeper.length === 0 ? value : withValue(own[key], deeper, value) };
}

/**
 * Converts a variable's text to the type of its setting. Text that does not fit stays text, which validation rejects.
 */
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
    return issue.keys.map((key) => ({ path: whereOf([...issue.path, key]), detail: "unknown setting" }));
  }
  // Either our own message, or the library's that names the expected type; neither quotes the value.
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
  const { server, database, online_store, redis, limits, training_sets, datasets, log, deadlines } = settings;
  const dataDir = absolute(settings.data_dir);
  return {
    file,
    folder,
    server: {
      host: server.host,
      port: server.port,
      workers: server.workers === "auto" ? defaultWorkers(database.url) : server.workers,
      trustedProxies: listIn(server.trusted_proxies),
      corsOrigins: listIn(server.cors_origins),
    },
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
            waitMs: database.wait_seconds * 1000,
          },
    engines: Object.fromEntries(
      Object.entries(settings.engines).map(([name, engine]) => [
        name,
        engineSettings(engine, join(dataDir, "engines", name), absolute),
      ]),
    ),
    keySecret: settings.key_secret === undefined ? null : secret(settings.key_secret),
    keySecrets: (settings.key_secrets === undefined ? [] : namedSecrets(settings.key_secrets)).map(
      ({ name, value }) => ({
        name,
        secret: secret(value),
      }),
    ),
    keys: { maxAgeDays: settings.keys.max_age_days ?? null },
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
      rate: { perSecond: limits.requests_per_second, burst: limits.burst },
      servers: limits.servers,
      failedAttempts: limits.failed_attempts,
      sessionsPerSecond: limits.session_requests_per_second,
      ...slotsOf(settings),
      waitingReads: limits.waiting_reads,
      unsentBytes: limits.unsent_mb * MEBIBYTE,
      discardBytes: limits.discard_mb * MEBIBYTE,
    },
    tiers: {
      default: settings.tiers.default,
      levels: Object.fromEntries(Object.entries(settings.tiers.levels).map(([name, level]) => [name, tierOf(level)])),
    },
    auth: authOf(settings),
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
    datasets: {
      folder: datasets.folder === undefined ? join(dataDir, "datasets") : absolute(datasets.folder),
      s3: s3Of(datasets),
      maxFileBytes: datasets.max_file_mb * MEBIBYTE,
      anonymous: datasets.anonymous,
      anonymousPerMinute: datasets.anonymous_per_minute,
      streamBytes: datasets.stream_mb * MEBIBYTE,
      exportMs: datasets.export_hours * 3_600_000,
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
    usage: { flushMs: settings.usage.flush_seconds * 1000, keptDays: settings.usage.kept_days },
    auditLog: { keptDays: settings.audit_log.kept_days },
    drift: {
      thresholds: { ...defaultThresholds, ...thresholdsOf(settings.drift) },
      features: Object.fromEntries(
        Object.entries(settings.drift.features).map(([feature, own]) => [feature, thresholdsOf(own)]),
      ),
    },
  };
}

function engineSettings(
  engine: FileSettings["engines"][string],
  staging: string,
  absolute: (path: string) => string,
): EngineSettings {
  const rootOf = (root: string) => (root.startsWith("s3://") ? root.replace(/\/+$/, "") : absolute(root));
  const ownStaging = engine.kind === "duckdb" ? engine.staging : undefined;
  return {
    kind: engine.kind,
    url: engine.url === undefined ? null : secret(engine.url),
    staging: ownStaging === undefined ? staging : absolute(ownStaging),
    results: engine.kind === "spark" ? rootOf(engine.staging) : null,
    memoryMb: engine.memory,
    // One processor is left to reads.
    threads: engine.threads ?? Math.max(1, availableParallelism() - 1),
    roots: engine.roots.map(rootOf),
    extensions: engine.extensions === undefined ? null : absolute(engine.extensions),
    s3: { endpoint: engine.s3_endpoint ?? null, region: engine.s3_region ?? null },
  };
}

function listIn(text: string | undefined): readonly string[] {
  return (text ?? "").split(",").flatMap((item) => item.trim() || []);
}

function authOf({ auth, server }: FileSettings): AuthConfig | null {
  if (!auth.enabled) return null;
  const host = server.host.includes(":") ? `[${server.host}]` : server.host;
  return {
    baseUrl: auth.base_url?.replace(/\/$/, "") ?? `http://${host}:${server.port}`,
    secret: auth.secret === undefined ? null : secret(auth.secret),
    signup: auth.signup,
    domains: auth.domains?.split(",").map((domain) => domain.trim()) ?? [],
    sessionDays: auth.session_days,
    mail:
      auth.mail_url === undefined || auth.mail_from === undefined
        ? null
        : { url: secret(auth.mail_url), from: auth.mail_from },
    oidc:
      auth.oidc_issuer === undefined || auth.oidc_client_id === undefined || auth.oidc_client_secret === undefined
        ? null
        : {
            issuer: auth.oidc_issuer.replace(/\/$/, ""),
            clientId: auth.oidc_client_id,
            clientSecret: secret(auth.oidc_client_secret),
          },
  };
}

function tierOf(level: FileSettings["tiers"]["levels"][string]): Tier {
  return {
    rate: { perSecond: level.requests_per_second, burst: level.burst },
    month: {
      requests: level.requests_per_month ?? null,
      rows: level.rows_per_month ?? null,
      bytes: level.bytes_per_month ?? null,
    },
    excess: level.excess,
    exports: level.exports,
    batchIds: level.batch_ids,
    searchHits: level.search_hits,
    resources: level.resources,
  };
}

/** Returns one process per core; the embedded database allows only one. */
function defaultWorkers(databaseUrl: string | undefined): number {
  return databaseUrl === undefined ? 1 : availableParallelism();
}

/**
 * Allocates one slot per concurrent PostgreSQL read, so that reads queue here and some connections stay free of
 * batches.
 */
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

/** The environment that commands pass to `loadConfig`. Nothing else reads it. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

function s3Of({ s3_url, s3_endpoint, s3_redirect }: FileSettings["datasets"]): Config["datasets"]["s3"] {
  if (s3_url === undefined) return null;
  const { hostname, pathname } = new URL(s3_url);
  const prefix = pathname.replace(/^\/|\/$/g, "");
  return {
    bucket: hostname,
    prefix: prefix === "" ? "" : `${prefix}/`,
    endpoint: s3_endpoint ?? null,
    redirect: s3_redirect,
  };
}
