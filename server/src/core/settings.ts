// Long because it is one list: every setting with its variable, range, default and meaning. docs/generated/settings.md prints it.
import { z } from "zod";
import { defaultThresholds } from "./drift-thresholds";
import { emailAddress } from "./email-address";
import { isLoopback } from "./loopback";
import { isNetwork } from "./networks";
import { namePatternFault } from "./scopes";
import { sslModeFault } from "./ssl-modes";
import { isWebOrigin } from "./web-origin";

/** The texts of a setting besides its type, range and default. */
interface SettingText {
  /** The environment variable that overrides it; null: only the file can set it. */
  readonly variable: string | null;
  readonly description: string;
  readonly unit?: string;
  /** The rule for a default that is not a constant. */
  readonly computedDefault?: string;
  /** The effect of a value that is too low; every number has it. */
  readonly tooLow?: string;
  /** The value must never be shown. */
  readonly isSecret?: boolean;
}

const setting = <Schema extends z.ZodType>(schema: Schema, text: SettingText): Schema => schema.meta({ ...text });

const group = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).prefault({} as never);

const integer = (min: number, max: number) =>
  z
    .int(`expected an integer from ${min} to ${max}`)
    .min(min, `expected at least ${min}`)
    .max(max, `expected at most ${max}`);
const text = z.string("expected a text").min(1, "it is empty");
const postgresUrl = z.string("expected a text").superRefine((url, context) => {
  const isUrl = /^postgres(?:ql)?:\/\/./.test(url) && URL.canParse(url);
  const fault = isUrl ? sslModeFault(url) : "expected postgres://user:password@host:5432/name";
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});
const redisUrl = z.string("expected a text").refine((url) => {
  const [, scheme, rest = ""] = /^(rediss?)(?:\+cluster)?:\/\/([^/].*)$/.exec(url) ?? [];
  return scheme !== undefined && rest.split(",").every((part) => URL.canParse(`${scheme}://${part}`));
}, "expected redis://:password@host:6379, or redis+cluster://host:port,host:port for a Cluster");
const proxies = z
  .string("expected a text")
  .refine(
    (list) => list.split(",").every((network) => isNetwork(network.trim())),
    "expected addresses or networks with commas, such as 10.0.0.0/8,192.0.2.7",
  );
const webOrigins = z
  .string("expected a text")
  .refine(
    (list) => list.split(",").every((origin) => isWebOrigin(origin.trim())),
    "expected origins with commas, as browsers send them, such as https://app.example.com,http://localhost:5173: without a path, a slash at the end or the usual port",
  );
const keySecret = z
  .string("expected a text")
  .min(32, "expected at least 32 characters: `openssl rand -hex 32` makes one");
/** Secrets by name, in one text: `new=…,old=…`. */
const keySecrets = z.string("expected a text").superRefine((text, context) => {
  const faults = namedSecrets(text).map(({ name, value }) => {
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name)) return "expected name=secret,name=secret, with names such as s2026";
    return value.length < 32 ? `the secret "${name}" has fewer than 32 characters` : undefined;
  });
  const names = namedSecrets(text).map(({ name }) => name);
  const repeated = names.find((each, index) => names.indexOf(each) !== index);
  const fault = faults.find((each) => each !== undefined) ?? (repeated && `the name "${repeated}" occurs twice`);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});
const webOrigin = z.string("expected a text").refine((url) => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return (
    parsed !== undefined &&
    /^https?:$/.test(parsed.protocol) &&
    url.replace(/\/$/, "") === parsed.origin &&
    (parsed.protocol === "https:" || isLoopback(parsed.hostname))
  );
}, "expected https://features.example.com, without a path; http:// only for localhost");
const S3_URL = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[A-Za-z0-9!_.*'()-]+)*\/?$/;
const s3Url = z.string("expected a text").regex(S3_URL, "expected s3://bucket/prefix");
const endpointUrl = z
  .string("expected a text")
  .refine((url) => /^https?:\/\/./.test(url) && URL.canParse(url), "expected https://s3.example.com");
const mailUrl = z
  .string("expected a text")
  .refine(
    (url) => /^smtps?:\/\/./.test(url) && URL.canParse(url),
    "expected smtp://user:password@host:587, or smtps:// for TLS from the start",
  );
const mailFrom = z
  .string("expected a text")
  .refine((address) => emailAddress(address) !== undefined, "expected a mail address such as features@example.com");
const domainList = z
  .string("expected a text")
  .regex(
    /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?: *, *[a-z0-9-]+(?:\.[a-z0-9-]+)+)*$/,
    "expected domains in lower case with commas between them, such as example.com, example.org",
  );
const name = z.string("expected a text").regex(/^[a-z][a-z0-9_]{0,39}$/, "expected a name such as speech");
const flag = z.boolean("expected true or false");

const root = text.refine(
  (place) => !/[*?[\]{}]/.test(place) && (!place.includes("://") || S3_URL.test(place)),
  "expected a folder or s3://bucket/prefix, without a pattern",
);
const engineName = name.refine(
  (each) => each !== "postgres",
  "`postgres` is the database of the store: choose another name",
);
const engineResources = {
  memory: integer(64, 1_048_576).default(1024),
  threads: integer(1, 1024).optional(),
  roots: z.array(root, "expected a list of folders and buckets").default([]),
  extensions: text.optional(),
  s3_endpoint: endpointUrl.optional(),
  s3_region: text.optional(),
};
const sparkUrl = z
  .string("expected a text")
  .refine((url) => /^sc:\/\/[^/]/.test(url), "expected sc://host:15002, or sc://host:443/;token=…");
/** One engine. Paths are relative to the file. */
const engine = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("duckdb"),
      url: postgresUrl.optional(),
      // DuckDB reads the paths of its files as patterns.
      staging: text.refine((folder) => !/[*?[\]{}]/.test(folder), "expected a folder, without a pattern").optional(),
      ...engineResources,
    }),
    z.strictObject({
      kind: z.literal("spark"),
      url: sparkUrl,
      staging: s3Url,
      ...engineResources,
    }),
  ],
  { error: 'expected kind: "duckdb" or "spark"' },
);

const fraction = (max: number) =>
  z.number("expected a number").gt(0, "expected more than 0").max(max, `expected at most ${max}`);
const thresholds = {
  psi: fraction(100),
  jensen_shannon: fraction(1),
  kolmogorov_smirnov: fraction(1),
  null_shift: fraction(1),
};
const MORE_DRIFT = "Normal changes are reported as drift.";

const count = integer(1, Number.MAX_SAFE_INTEGER);
const namePattern = z.string("expected a text").superRefine((pattern, context) => {
  const fault = namePatternFault(pattern);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});
/** One tier. An absent quota of a month is unlimited. */
const tier = z.strictObject({
  requests_per_second: integer(1, 1_000_000),
  burst: integer(1, 10_000_000),
  requests_per_month: count.optional(),
  rows_per_month: count.optional(),
  bytes_per_month: count.optional(),
  excess: z.enum(["refuse", "serve"], 'expected "refuse" or "serve"').default("refuse"),
  exports: integer(0, 1000).default(1),
  batch_ids: integer(1, 10_000).default(1000),
  search_hits: integer(1, 10_000).default(100),
  resources: z.array(namePattern, "expected a list of names").default([]),
});
const GIBIBYTE = 1_073_741_824;
const defaultTiers = {
  free: {
    requests_per_second: 20,
    burst: 200,
    requests_per_month: 100_000,
    rows_per_month: 1_000_000,
    bytes_per_month: 10 * GIBIBYTE,
  },
  pro: {
    requests_per_second: 500,
    burst: 5000,
    requests_per_month: 50_000_000,
    rows_per_month: 500_000_000,
    bytes_per_month: 1024 * GIBIBYTE,
    excess: "serve" as const,
    exports: 4,
  },
};

/** Splits `new=…,old=…` into names and secrets. */
export function namedSecrets(text: string): readonly { readonly name: string; readonly value: string }[] {
  return text.split(",").map((part) => {
    const [, name = "", value = ""] = /^\s*([^=]*)=(.*?)\s*$/.exec(part) ?? [];
    return { name, value };
  });
}
export const SIGN_UPS = ["closed", "invite", "domains", "open"] as const;

export type SignUp = (typeof SIGN_UPS)[number];

export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** `featstore.config.yaml`, each setting on its own. */
const File = z.strictObject({
  server: group({
    host: setting(text.default("127.0.0.1"), {
      variable: "HOST",
      description:
        "The address to listen on. The default is reachable from the same machine only. In a container set `0.0.0.0`, or `::` for IPv6 as well.",
    }),
    port: setting(integer(0, 65535).default(8080), {
      variable: "PORT",
      description: "The port to listen on; 0 takes a free one.",
      tooLow: "Ports below 1024 need a privilege on most systems.",
    }),
    workers: setting(
      z.union([integer(1, 256), z.literal("auto")], 'expected an integer from 1 to 256, or "auto"').default(1),
      {
        variable: "FEATSTORE_WORKERS",
        unit: "processes",
        description: "Processes that serve on the one port; `auto`: one per core. More than one needs PostgreSQL.",
        tooLow: "Cores stay idle while requests wait.",
      },
    ),
    trusted_proxies: setting(proxies.optional(), {
      variable: "FEATSTORE_TRUSTED_PROXIES",
      description:
        "Addresses and networks of the proxies in front of the server, with commas: `10.0.0.0/8,192.0.2.7`. Of a request from one of them, the client's address is the last address in `X-Forwarded-For` that is not one of them.",
      computedDefault: "none: the client's address is that of the connection",
    }),
    cors_origins: setting(webOrigins.optional(), {
      variable: "FEATSTORE_CORS_ORIGINS",
      description:
        "Origins whose pages may call the API in a browser, with commas: `https://app.example.com,http://localhost:5173`. They send an API key; cookies never count, and the pages under `/portal` stay closed to them.",
      computedDefault: "none: only pages of this server",
    }),
  }),
  data_dir: setting(text.default(".featstore"), {
    variable: "FEATSTORE_DATA_DIR",
    description:
      "The folder of the embedded database, the generated key secret, and the files of training sets. Keep it on a volume.",
  }),
  database: group({
    url: setting(postgresUrl.optional(), {
      variable: "DATABASE_URL",
      description: "`postgres://user:password@host:5432/name`: the PostgreSQL (15 or newer) to use.",
      computedDefault: "none: an embedded PostgreSQL in `data_dir`",
      isSecret: true,
    }),
    direct_url: setting(postgresUrl.optional(), {
      variable: "DATABASE_DIRECT_URL",
      description:
        "The address of the same database without the pooler, for `LISTEN`. Set it if `url` leads to PgBouncer.",
      computedDefault: "`database.url`",
      isSecret: true,
    }),
    prepare: setting(flag.default(true), {
      variable: "DATABASE_PREPARE",
      description:
        "Whether statements are prepared. Set `false` for a pooler in transaction mode that does not support prepared statements: PgBouncer before 1.21, or with `max_prepared_statements = 0`.",
    }),
    pool_size: setting(integer(1, 500).default(10), {
      variable: "DATABASE_POOL_SIZE",
      unit: "connections",
      description:
        "Connections to PostgreSQL of each process, without the two that listen for notifications. Training sets use at most a third of them.",
      tooLow: "Reads that miss memory wait, then get 503 `overloaded`.",
    }),
    wait_seconds: setting(integer(0, 3600).default(0), {
      variable: "DATABASE_WAIT_SECONDS",
      unit: "s",
      description:
        "How long a server or a command waits at its start for PostgreSQL to accept connections. Set it where both start at once, such as in containers.",
      tooLow: "It exits with code 4 because PostgreSQL is still starting.",
    }),
  }),
  engines: setting(z.record(engineName, engine).default({}), {
    variable: null,
    description:
      "Engines that compute views besides PostgreSQL, by the name that sources give: `{ lake: { kind: duckdb, roots: [/data/music, s3://music/plays] } }`. `roots` are the folders and buckets that its sources may read, `memory` (1024) is in MiB, `threads` are those of a statement (one less than the processors), `staging` is the folder of its files on their way (`engines/<name>` in `data_dir`), `extensions` that of DuckDB's extensions, `s3_endpoint` an S3 server other than AWS, `s3_region` its region. `url`, `postgres://user:password@host:5432/name`, is a PostgreSQL whose tables it reads; set it with the variable `FEATSTORE_ENGINE_<NAME>_URL`, or `FEATSTORE_ENGINE_<NAME>_URL_FILE`. `kind: spark` computes runs and training sets on a Spark cluster: `url` is that of its Connect server, `sc://host:15002`, and `staging` where it writes what it computes, `s3://bucket/prefix`; the other settings are those of DuckDB, which reads the same files and loads the results.",
    computedDefault: "none: PostgreSQL computes all views",
  }),
  key_secret: setting(keySecret.optional(), {
    variable: "FEATSTORE_KEY_SECRET",
    description:
      "The secret under which API keys are hashed, at least 32 characters. All servers of one database need the same one; with another one no existing key is valid.",
    computedDefault:
      "embedded database: generated once, in `data_dir`; PostgreSQL: none, it is required unless `key_secrets` is set",
    isSecret: true,
  }),
  key_secrets: setting(keySecrets.optional(), {
    variable: "FEATSTORE_KEY_SECRETS",
    description:
      "More secrets, each with a name, the newest first: `s2027=…,s2026=…`. New keys use the first one; keys that were made with another one, or with `key_secret`, stay valid as long as it is set. `featstore keys list` shows how many keys use each.",
    computedDefault: "none: `key_secret` is the only one",
    isSecret: true,
  }),
  keys: group({
    max_age_days: setting(integer(1, 3650).optional(), {
      variable: "FEATSTORE_KEYS_MAX_AGE_DAYS",
      unit: "days",
      description:
        "The age from which API keys are reported as due for rotation, to their owners as well; they stay valid. 90 is a common choice.",
      computedDefault: "none: keys are never due",
      tooLow: "Owners get reminders about keys that are still new.",
    }),
  }),
  definitions: setting(text.default("definitions"), {
    variable: "FEATSTORE_DEFINITIONS",
    description: "Where commands find the definitions: a file, a folder or a glob. A server does not read them.",
  }),
  online_store: group({
    kind: setting(z.enum(["memory", "postgres", "redis"], 'expected "memory", "postgres" or "redis"').optional(), {
      variable: "FEATSTORE_ONLINE_STORE",
      description: "Where reads go first. PostgreSQL answers what the first store does not have.",
      computedDefault: "`redis` if `redis.url` is set, else `memory`",
    }),
    memory_mb: setting(integer(1, 1_048_576).default(512), {
      variable: "FEATSTORE_ONLINE_STORE_MEMORY_MB",
      unit: "MiB",
      description: "Memory for generations, in each process. Used with `kind: memory`.",
      tooLow: "A generation that does not fit is read from PostgreSQL, which is slower; the log has a warning.",
    }),
    cache_mb: setting(integer(0, 1_048_576).default(128), {
      variable: "FEATSTORE_ONLINE_STORE_CACHE_MB",
      unit: "MiB",
      description: "Memory for rendered responses, in each process, with every `kind`; 0: none.",
      tooLow: "Fewer responses come from memory.",
    }),
  }),
  redis: group({
    url: setting(redisUrl.optional(), {
      variable: "REDIS_URL",
      description:
        "`redis://:password@host:6379`, `rediss://` with TLS, or `redis+cluster://host:6379,host:6379` for a Redis Cluster.",
      computedDefault: "none: Redis is not used",
      isSecret: true,
    }),
    prefix: setting(name.default("featstore"), {
      variable: "FEATSTORE_REDIS_PREFIX",
      description: "The prefix of every key. Servers of one database need the same one.",
    }),
    buckets: setting(integer(1, 65_536).default(64), {
      variable: "FEATSTORE_REDIS_BUCKETS",
      unit: "hashes",
      description: "The number of hashes that rows are spread over. Servers of one database need the same number.",
      tooLow: "Single keys grow to many megabytes, and the nodes of a Cluster are loaded unevenly.",
    }),
    read_ms: setting(integer(1, 60_000).default(200), {
      variable: "FEATSTORE_REDIS_READ_MS",
      unit: "ms",
      description: "How long a read waits for Redis, at most half of its deadline, before it reads from PostgreSQL.",
      tooLow: "PostgreSQL answers what a slightly slow Redis would have answered.",
    }),
  }),
  limits: group({
    batch_ids: setting(integer(1, 10_000).default(1000), {
      variable: "FEATSTORE_BATCH_IDS",
      unit: "ids",
      description: "Ids of one batch request.",
      tooLow: "Larger batches get 400 `too_many_ids`.",
    }),
    as_of_ids: setting(integer(1, 10_000).default(100), {
      variable: "FEATSTORE_AS_OF_IDS",
      unit: "ids",
      description: "Ids of one batch with `as_of`, which reads the sources.",
      tooLow: "Larger ones get 400 `too_many_ids`.",
    }),
    body_bytes: setting(integer(1024, 104_857_600).default(1_048_576), {
      variable: "FEATSTORE_BODY_BYTES",
      unit: "bytes",
      description: "Size of a JSON body. Spines that are sent as files have `training_sets.spine_mb`.",
      tooLow: "Larger bodies get 413 `body_too_large`.",
    }),
    requests_per_second: setting(integer(1, 1_000_000).default(1000), {
      variable: "FEATSTORE_REQUESTS_PER_SECOND",
      unit: "requests/s",
      description:
        "Requests per second of an API key without an organisation; a batch counts as many as it has ids. All servers with the same Redis count together; without Redis each machine counts for itself.",
      tooLow: "Requests beyond it get 429 `rate_limited`. Raise it before a load test.",
    }),
    burst: setting(integer(1, 10_000_000).default(1000), {
      variable: "FEATSTORE_BURST",
      unit: "requests",
      description:
        "Requests that such a key may make at once after a pause. It has as many again after `limits.burst` ÷ `limits.requests_per_second` seconds.",
      tooLow: "Short peaks get 429 `rate_limited`, and larger batches 400 `batch_exceeds_burst`.",
    }),
    servers: setting(integer(1, 10_000).default(1), {
      variable: "FEATSTORE_LIMITS_SERVERS",
      unit: "servers",
      description:
        "Servers that share the limits in Redis. While Redis does not answer, each of them allows this fraction of every limit per second.",
      tooLow: "While Redis does not answer, all servers together allow more than the limits.",
    }),
    failed_attempts: setting(integer(1, 1_000_000).default(60), {
      variable: "FEATSTORE_FAILED_ATTEMPTS",
      unit: "requests per minute",
      description:
        "Requests with unknown or malformed API keys from one address, or from one /64 of IPv6, on all servers together.",
      tooLow:
        "Such keys get 429 `too_many_failed_attempts` instead of 401, for all clients behind one proxy together. Known keys are not affected.",
    }),
    session_requests_per_second: setting(integer(1, 1_000_000).default(50), {
      variable: "FEATSTORE_SESSION_REQUESTS_PER_SECOND",
      unit: "requests/s",
      description:
        "Requests per second of signed-in people from one address, or from one /64 of IPv6; five times as many at once. The rate of their organisation counts as well.",
      tooLow: "People who share an address get 429 `rate_limited` on pages and in the API. Keys are not affected.",
    }),
    read_slots: setting(integer(1, 100_000).optional(), {
      variable: "FEATSTORE_READ_SLOTS",
      unit: "slots",
      description: "Reads that each process may have in the stores at once: one slot per view and 200 ids.",
      computedDefault: "twice `database.pool_size`; 500 with Redis",
      tooLow: "Reads wait although the stores have room, then get 503 `overloaded`.",
    }),
    bulk_slots: setting(integer(1, 100_000).optional(), {
      variable: "FEATSTORE_BULK_SLOTS",
      unit: "slots",
      description: "How many of these slots batches, searches and reads with `as_of` may take together.",
      computedDefault: "40 % of `limits.read_slots`",
      tooLow: "Batches and searches wait, then get 503 `overloaded`.",
    }),
    waiting_reads: setting(integer(0, 1_000_000).default(500), {
      variable: "FEATSTORE_WAITING_READS",
      unit: "slots",
      description:
        "Reads that may wait for a slot, counted in slots, for each of single reads, batches, searches and reads with `as_of`.",
      tooLow: "Short peaks get 503 `overloaded` that could have waited.",
    }),
    unsent_mb: setting(integer(1, 1_048_576).default(256), {
      variable: "FEATSTORE_UNSENT_MB",
      unit: "MiB",
      description: "Memory for responses that clients have not yet received, in each process.",
      tooLow: "Connections of slow clients are cut while they receive a response.",
    }),
    discard_mb: setting(integer(0, 1_048_576).default(32), {
      variable: "FEATSTORE_DISCARD_MB",
      unit: "MiB",
      description: "How much of a refused body is read and dropped, so that its sender can read the refusal.",
      tooLow: "Clients that send large bodies see a broken connection instead of the refusal.",
    }),
  }),
  tiers: group({
    default: setting(name.default("free"), {
      variable: "FEATSTORE_DEFAULT_TIER",
      description: "The tier of new organisations, and of those whose tier is no longer configured.",
    }),
    levels: setting(
      z.record(name, tier).default(() => z.record(name, tier).parse(defaultTiers)),
      {
        variable: null,
        description:
          'What organisations may do, by the name of the tier: `requests_per_second`, `burst`, `requests_per_month`, `rows_per_month`, `bytes_per_month` (of downloads), `excess` (`refuse`, or `serve` and report), `exports` at once, `batch_ids`, `search_hits`, and `resources`, the views and datasets that their keys may read: `[speech_*]`, `["*"]`. An absent quota of a month is unlimited.',
        computedDefault:
          "`free` (20 requests/s, 100,000 requests a month) and `pro` (500 requests/s, 50,000,000 requests a month), neither with resources",
      },
    ),
  }),
  auth: group({
    enabled: setting(flag.default(false), {
      variable: "FEATSTORE_AUTH",
      description:
        "Whether people can sign in, belong to organisations and make their own keys. Without it the operator makes all keys on the command line.",
    }),
    base_url: setting(webOrigin.optional(), {
      variable: "FEATSTORE_AUTH_BASE_URL",
      description:
        "The address at which people open this server: `https://features.example.com`. Mailed links begin with it, and changes by cookie are accepted from its pages only.",
      computedDefault: "`http://<host>:<port>` if `server.host` is reachable from the same machine only; else required",
    }),
    secret: setting(keySecret.optional(), {
      variable: "FEATSTORE_AUTH_SECRET",
      description:
        "The secret that signs session cookies, at least 32 characters. All servers of one database need the same one; with another one everybody has to sign in again.",
      computedDefault: "embedded database: generated once, in `data_dir`; PostgreSQL: none, it is required",
      isSecret: true,
    }),
    signup: setting(z.enum(SIGN_UPS, `expected one of ${SIGN_UPS.join(", ")}`).default("closed"), {
      variable: "FEATSTORE_AUTH_SIGNUP",
      description:
        "Who may sign in for the first time: `closed` operators only, `invite` invited people too, `domains` also everybody with a mail address of `auth.domains`, `open` everybody. A new person gets an organisation on `tiers.default`.",
    }),
    domains: setting(domainList.optional(), {
      variable: "FEATSTORE_AUTH_DOMAINS",
      description: "The domains of `signup: domains`, with commas between them: `example.com, example.org`.",
      computedDefault: "none",
    }),
    session_days: setting(integer(1, 365).default(7), {
      variable: "FEATSTORE_AUTH_SESSION_DAYS",
      unit: "days",
      description: "How long a person stays signed in.",
      tooLow: "People have to sign in often.",
    }),
    mail_url: setting(mailUrl.optional(), {
      variable: "FEATSTORE_AUTH_MAIL_URL",
      description: "`smtp://user:password@host:587`, or `smtps://`: the mail server that sends links and invitations.",
      computedDefault: "none: mails are written to the log, which then holds links to sign in with",
      isSecret: true,
    }),
    mail_from: setting(mailFrom.optional(), {
      variable: "FEATSTORE_AUTH_MAIL_FROM",
      description: "The sender of these mails.",
      computedDefault: "none: required with `auth.mail_url`",
    }),
    oidc_issuer: setting(
      text.refine((url) => /^https?:\/\/./.test(url) && URL.canParse(url), "expected https://…").optional(),
      {
        variable: "FEATSTORE_AUTH_OIDC_ISSUER",
        description:
          "The issuer of an OpenID Connect provider with which people may sign in too. Register `<auth.base_url>/auth/callback/oidc` there as the redirect address.",
        computedDefault: "none",
      },
    ),
    oidc_client_id: setting(text.optional(), {
      variable: "FEATSTORE_AUTH_OIDC_CLIENT_ID",
      description: "The id of this installation at that provider.",
      computedDefault: "none: required with `auth.oidc_issuer`",
    }),
    oidc_client_secret: setting(text.optional(), {
      variable: "FEATSTORE_AUTH_OIDC_CLIENT_SECRET",
      description: "The secret of this installation at that provider.",
      computedDefault: "none: required with `auth.oidc_issuer`",
      isSecret: true,
    }),
  }),
  training_sets: group({
    rows: setting(integer(1, 1_000_000_000).default(10_000_000), {
      variable: "FEATSTORE_TRAINING_ROWS",
      unit: "rows",
      description: "Rows of a spine.",
      tooLow: "Larger spines get 413 `spine_too_large`.",
    }),
    joined_rows: setting(integer(1, Number.MAX_SAFE_INTEGER).default(5_000_000_000), {
      variable: "FEATSTORE_TRAINING_JOINED_ROWS",
      unit: "pairs of rows",
      description: "Pairs of source and spine rows that a join may look at, for aggregates that do not merge.",
      tooLow: "Larger training sets end with `training_set_too_costly`.",
    }),
    waiting: setting(integer(0, 1000).default(64), {
      variable: "FEATSTORE_TRAINING_WAITING",
      unit: "training sets",
      description: "Training sets that may wait while one is made, on all servers of the database together.",
      tooLow: "New ones get 503 `training_queue_full`.",
    }),
    waiting_per_tenant: setting(integer(0, 1000).default(8), {
      variable: "FEATSTORE_TRAINING_WAITING_PER_TENANT",
      unit: "training sets",
      description:
        "How many waiting training sets one organisation, or one tenant of keys without an organisation, may have. Keys with neither count together.",
      tooLow: "New ones of that tenant get 429 `training_tenant_queue_full`.",
    }),
    spine_mb: setting(integer(1, 1_048_576).default(1024), {
      variable: "FEATSTORE_TRAINING_SPINE_MB",
      unit: "MiB",
      description: "Size of a spine that is sent as a file.",
      tooLow: "Larger spines get 413 `body_too_large`.",
    }),
    columns: setting(integer(2, 100_000).default(1000), {
      variable: "FEATSTORE_TRAINING_COLUMNS",
      unit: "columns",
      description: "Columns of a spine, the keys and the time included.",
      tooLow: "Wider spines get 413 `spine_too_wide`.",
    }),
    field_kb: setting(integer(1, 65_536).default(1024), {
      variable: "FEATSTORE_TRAINING_FIELD_KB",
      unit: "KiB",
      description: "Size of one value of a spine, as JSON text.",
      tooLow: "Spines with larger values get 413 `spine_field_too_long`.",
    }),
    line_kb: setting(integer(1, 65_536).default(4096), {
      variable: "FEATSTORE_TRAINING_LINE_KB",
      unit: "KiB",
      description: "Size of one row of a spine.",
      tooLow: "Spines with larger rows get 413 `spine_line_too_long`.",
    }),
    header_kb: setting(integer(1, 65_536).default(1024), {
      variable: "FEATSTORE_TRAINING_HEADER_KB",
      unit: "KiB",
      description: "Size of all column names of a spine together.",
      tooLow: "Spines with longer headers get 413 `spine_header_too_long`.",
    }),
    parquet_mb: setting(integer(64, 4095).default(1024), {
      variable: "FEATSTORE_TRAINING_PARQUET_MB",
      unit: "MiB",
      description: "Memory of the thread that reads and writes Parquet, in each process.",
      tooLow: "Large row groups cannot be read, and wide results cannot be written as Parquet.",
    }),
    deadline_minutes: setting(integer(1, 10_080).default(360), {
      variable: "FEATSTORE_TRAINING_DEADLINE_MINUTES",
      unit: "min",
      description: "How long the reading of a spine, or the making of the rows, may take.",
      tooLow: "Large training sets fail.",
    }),
    kept_days: setting(integer(1, 36_500).optional(), {
      variable: "FEATSTORE_TRAINING_KEPT_DAYS",
      unit: "days",
      description: "How long finished training sets are kept.",
      computedDefault: "none: they are kept until they are deleted",
      tooLow: "Training sets are gone before they are downloaded or made again.",
    }),
  }),
  datasets: group({
    folder: setting(text.optional(), {
      variable: "FEATSTORE_DATASETS_FOLDER",
      description: "The folder for the files of datasets. `datasets.s3_url` takes precedence.",
      computedDefault: "`datasets` in `data_dir`",
    }),
    s3_url: setting(s3Url.optional(), {
      variable: "FEATSTORE_DATASETS_S3_URL",
      description:
        "A bucket, and a prefix in it, for the files of datasets. The AWS SDK reads region and credentials from their usual variables and files.",
      computedDefault: "none: the files are in `datasets.folder`",
    }),
    s3_endpoint: setting(endpointUrl.optional(), {
      variable: "FEATSTORE_DATASETS_S3_ENDPOINT",
      description: "The address of an S3 server other than AWS.",
      computedDefault: "none: AWS",
    }),
    s3_redirect: setting(flag.default(false), {
      variable: "FEATSTORE_DATASETS_S3_REDIRECT",
      description:
        "Redirect downloads to signed URLs of the S3 server. By default the bytes pass through this server, which counts and verifies them.",
    }),
    max_file_mb: setting(integer(1, 1_048_576).default(1024), {
      variable: "FEATSTORE_DATASETS_MAX_FILE_MB",
      unit: "MiB",
      description: "Size of one data file of a snapshot; more rows go to further parts.",
      tooLow: "Datasets have many parts.",
    }),
    anonymous: setting(flag.default(false), {
      variable: "FEATSTORE_DATASETS_ANONYMOUS",
      description: "Serve datasets with the access `public` to requests without a key.",
    }),
    anonymous_per_minute: setting(integer(1, 1_000_000).default(60), {
      variable: "FEATSTORE_DATASETS_ANONYMOUS_PER_MINUTE",
      unit: "requests/min",
      description: "Requests per minute of one address without a key.",
      tooLow: "Downloads in parts get 429 `rate_limited`.",
    }),
    stream_mb: setting(integer(1, 1_048_576).default(100), {
      variable: "FEATSTORE_DATASETS_STREAM_MB",
      unit: "MiB",
      description: "Size of a response with a selection of columns; a larger one becomes an export.",
      tooLow: "Selections of columns get 202 with an export, which has to be read later.",
    }),
    export_hours: setting(integer(1, 8760).default(24), {
      variable: "FEATSTORE_DATASETS_EXPORT_HOURS",
      unit: "h",
      description: "How long finished exports are stored.",
      tooLow: "Exports get 410 `export_expired` before they are downloaded.",
    }),
  }),
  log: group({
    level: setting(z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(", ")}`).default("info"), {
      variable: "FEATSTORE_LOG_LEVEL",
      description: "The least important record that is logged. `warn` leaves out the line per request.",
    }),
    file: setting(text.optional(), {
      variable: "FEATSTORE_LOG_FILE",
      description: "A file to log to.",
      computedDefault: "none: the log goes to stdout",
    }),
  }),
  deadlines: group({
    read_ms: setting(integer(1, 600_000).default(2000), {
      variable: "FEATSTORE_READ_DEADLINE_MS",
      unit: "ms",
      description:
        "How long a read may take, its wait for a slot included; `latency_budget_ms` of a request can only be less.",
      tooLow: "Slow reads get 503 `store_timeout`, and rows of slow views the status `timeout`.",
    }),
    as_of_ms: setting(integer(1, 600_000).default(10_000), {
      variable: "FEATSTORE_AS_OF_DEADLINE_MS",
      unit: "ms",
      description: "The same for reads with `as_of`.",
      tooLow: "They get 503 `store_timeout` where the sources are large.",
    }),
    drain_ms: setting(integer(0, 600_000).default(10_000), {
      variable: "FEATSTORE_DRAIN_MS",
      unit: "ms",
      description: "How long running requests may take to end after SIGTERM.",
      tooLow: "Requests are cut on every deployment.",
    }),
    write_ms: setting(integer(100, 600_000).default(30_000), {
      variable: "FEATSTORE_WRITE_MS",
      unit: "ms",
      description: "How long a client may read nothing of a response before its connection is cut.",
      tooLow: "Clients on bad connections lose their responses.",
    }),
    discard_ms: setting(integer(0, 60_000).default(10_000), {
      variable: "FEATSTORE_DISCARD_MS",
      unit: "ms",
      description: "How long a refused body is read and dropped.",
      tooLow: "Slow clients that send large bodies see a broken connection instead of the refusal.",
    }),
  }),
  default_entity: setting(name.optional(), {
    variable: "FEATSTORE_DEFAULT_ENTITY",
    description: "The entity of requests that do not name one.",
    computedDefault: "the only entity, if there is only one",
  }),
  scheduler: setting(z.enum(["on", "off"], 'expected "on" or "off"').default("on"), {
    variable: "FEATSTORE_SCHEDULER",
    description: "Whether this server may start the scheduled runs. Of several such servers, one is elected.",
  }),
  audit: group({
    one_in: setting(integer(0, 1_000_000_000).default(1000), {
      variable: "FEATSTORE_AUDIT_ONE_IN",
      unit: "entities",
      description: "One in this many served entities is stored for `featstore audit`, on average; 0: none.",
      tooLow: "Many responses are stored, which costs writes; 1 stores all.",
    }),
    personal: setting(flag.default(false), {
      variable: "FEATSTORE_AUDIT_PERSONAL",
      description: "Whether responses with personal features (`.pii()`), and the inputs of requests, are stored too.",
    }),
    keep_rows: setting(integer(1, 100_000_000).default(100_000), {
      variable: "FEATSTORE_AUDIT_KEEP_ROWS",
      unit: "rows",
      description: "Number of stored responses to keep, the newest.",
      tooLow: "The audit looks at the last minutes only.",
    }),
    keep_days: setting(integer(1, 3650).default(30), {
      variable: "FEATSTORE_AUDIT_KEEP_DAYS",
      unit: "days",
      description: "How long stored responses are kept.",
      tooLow: "The audit looks at the last days only.",
    }),
  }),
  usage: group({
    flush_seconds: setting(integer(1, 300).default(5), {
      variable: "FEATSTORE_USAGE_FLUSH_SECONDS",
      unit: "s",
      description:
        "How often a server stores what it counted. A server that is killed loses the counts since then, and a month's quota can be exceeded by what each server answers in this time.",
      tooLow: "The database gets more writes.",
    }),
    kept_days: setting(integer(1, 36_500).default(400), {
      variable: "FEATSTORE_USAGE_KEPT_DAYS",
      unit: "days",
      description: "How long usage by day is kept. The totals of months are kept forever.",
      tooLow: "The history of usage ends early.",
    }),
  }),
  audit_log: group({
    kept_days: setting(integer(1, 36_500).default(400), {
      variable: "FEATSTORE_AUDIT_LOG_KEPT_DAYS",
      unit: "days",
      description: "How long rows of the audit log are kept.",
      tooLow: "It can no longer be seen who changed something.",
    }),
  }),
  drift: group({
    psi: setting(thresholds.psi.default(defaultThresholds.populationStability), {
      variable: "FEATSTORE_DRIFT_PSI",
      description: "The population stability index from which a change of a feature's distribution is drift.",
      tooLow: MORE_DRIFT,
    }),
    jensen_shannon: setting(thresholds.jensen_shannon.default(defaultThresholds.jensenShannon), {
      variable: "FEATSTORE_DRIFT_JENSEN_SHANNON",
      description: "The same for the Jensen-Shannon divergence.",
      tooLow: MORE_DRIFT,
    }),
    kolmogorov_smirnov: setting(thresholds.kolmogorov_smirnov.default(defaultThresholds.kolmogorovSmirnov), {
      variable: "FEATSTORE_DRIFT_KOLMOGOROV_SMIRNOV",
      description: "The same for the Kolmogorov-Smirnov statistic.",
      tooLow: MORE_DRIFT,
    }),
    null_shift: setting(thresholds.null_shift.default(defaultThresholds.nullShift), {
      variable: "FEATSTORE_DRIFT_NULL_SHIFT",
      description: "The same for the change of the fraction of nulls.",
      tooLow: MORE_DRIFT,
    }),
    features: setting(
      z
        .record(
          z.string().regex(/^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,39}$/, "expected view.feature"),
          z.strictObject(thresholds).partial(),
        )
        .default({}),
      {
        variable: null,
        description:
          "Thresholds of single features: `view.feature`, with any of the four above: `speech_sentiment.sentiment: { psi: 0.3 }`.",
      },
    ),
  }),
});

export type FileSettings = z.infer<typeof File>;

/** `featstore.config.yaml`: each setting, and the rules between settings. */
export const Settings = File.superRefine(({ server, database, online_store, redis, tiers, auth }, context) => {
  for (const { name, message } of authFaults(auth, server.host)) {
    context.addIssue({ code: "custom", path: ["auth", name], message });
  }
  if (tiers.levels[tiers.default] === undefined) {
    context.addIssue({
      code: "custom",
      path: ["tiers", "default"],
      message: `there is no tier of this name in tiers.levels, which has ${Object.keys(tiers.levels).join(", ")}`,
    });
  }
  if (online_store.kind === "redis" && redis.url === undefined) {
    context.addIssue({
      code: "custom",
      path: ["online_store", "kind"],
      message: "the Redis store needs redis.url: set REDIS_URL",
    });
  }
  if (typeof server.workers !== "number" || server.workers === 1 || database.url !== undefined) return;
  context.addIssue({
    code: "custom",
    path: ["server", "workers"],
    message:
      "more than one worker needs PostgreSQL, because only one process can open the embedded database: set DATABASE_URL",
  });
});

/** The rules between the settings of a server that people sign in to. */
function authFaults(auth: FileSettings["auth"], host: string) {
  if (!auth.enabled) return [];
  const required = (name: keyof typeof auth, needed: boolean, message: string) =>
    needed && auth[name] === undefined ? [{ name, message }] : [];
  const isOidc = auth.oidc_issuer !== undefined;
  return [
    ...required(
      "base_url",
      !isLoopback(host),
      "it is required with auth.enabled, unless server.host is this machine only",
    ),
    ...required("domains", auth.signup === "domains", "it is required with `signup: domains`"),
    ...required("mail_from", auth.mail_url !== undefined, "it is required with auth.mail_url"),
    ...required("oidc_client_id", isOidc, "it is required with auth.oidc_issuer"),
    ...required("oidc_client_secret", isOidc, "it is required with auth.oidc_issuer"),
  ];
}

/** A setting's path: `limits.batch_ids`, `scheduler`. */
export type SettingName = {
  [Key in keyof FileSettings & string]-?: FileSettings[Key] extends object
    ? `${Key}.${keyof FileSettings[Key] & string}`
    : Key;
}[keyof FileSettings & string];

/** One setting as its row in the schema describes it. */
export interface Setting extends SettingText {
  readonly name: SettingName;
  readonly type: "integer" | "number" | "boolean" | "string" | "object";
  /** Values besides those of `type`, or all values. */
  readonly values: readonly string[];
  readonly min: number | null;
  readonly max: number | null;
  /** Undefined: none, or computed. */
  readonly default: unknown;
}

interface JsonSchema extends Partial<SettingText> {
  readonly type?: Setting["type"];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
}

/** Every setting, in the order of the file. */
export const allSettings: readonly Setting[] = settingsIn(z.toJSONSchema(File, { io: "input" }) as JsonSchema, "");

function settingsIn({ properties = {} }: JsonSchema, prefix: string): readonly Setting[] {
  return Object.entries(properties).flatMap(([key, schema]): readonly Setting[] => {
    const path = `${prefix}${key}`;
    return schema.properties === undefined ? [settingOf(path as SettingName, schema)] : settingsIn(schema, `${path}.`);
  });
}

function settingOf(name: SettingName, schema: JsonSchema): Setting {
  const { variable = null, description = "", unit, computedDefault, tooLow, isSecret } = schema;
  const [main = schema, ...others] = schema.anyOf ?? [];
  return {
    name,
    type: main.type ?? "string",
    values: main.enum ?? others.flatMap((other) => other.const ?? []),
    min: main.minimum ?? main.exclusiveMinimum ?? null,
    max: main.maximum ?? null,
    default: schema.default,
    variable,
    description,
    ...(unit === undefined ? {} : { unit }),
    ...(computedDefault === undefined ? {} : { computedDefault }),
    ...(tooLow === undefined ? {} : { tooLow }),
    ...(isSecret === undefined ? {} : { isSecret }),
  };
}

const byName = new Map<string, Setting>(allSettings.map((each) => [each.name, each]));

/**
 * Names a setting in an error.
 *
 * @example settingLabel("limits.batch_ids") // "limits.batch_ids (FEATSTORE_BATCH_IDS)"
 */
export function settingLabel(name: SettingName): string {
  const variable = byName.get(name)?.variable ?? null;
  return variable === null ? name : `${name} (${variable})`;
}

/** Returns a text that names settings in backticks, with each setting's variable after its name. */
export function withVariables(text: string): string {
  return text.replaceAll(/`([a-z_]+\.[a-z_]+)`/g, (name, setting: string) => {
    const variable = byName.get(setting)?.variable ?? null;
    return variable === null ? name : `${name} (\`${variable}\`)`;
  });
}

/** Returns the default of a numeric setting. */
export function defaultNumber(name: SettingName): number {
  return Number(byName.get(name)?.default);
}
