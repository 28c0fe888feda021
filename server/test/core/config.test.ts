import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/core/config";
import { FeatstoreError } from "../../src/core/errors";
import { keySecretsOf } from "../../src/keys/key-secrets";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "featstore-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (env: Record<string, string> = {}, yaml?: string) => {
  if (yaml !== undefined) writeFileSync(join(folder, "featstore.config.yaml"), yaml);
  return loadConfig({ env, folder });
};

const faultsOf = (env: Record<string, string>, yaml?: string): FeatstoreError => {
  try {
    load(env, yaml);
  } catch (error) {
    if (error instanceof FeatstoreError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
};

describe("configuration", () => {
  test("starts without any setting", () => {
    expect(load()).toMatchObject({
      file: null,
      server: { host: "127.0.0.1", port: 8080 },
      dataDir: join(folder, ".featstore"),
      database: { kind: "embedded", folder: join(folder, ".featstore", "database") },
      keySecret: null,
      definitions: "definitions",
      onlineStore: { kind: "memory", memoryBytes: 512 * 1024 * 1024 },
      limits: { batchIds: 1000 },
      audit: { every: 1000, personal: false, retention: { rows: 100_000, days: 30 } },
      defaultEntity: null,
    });
  });

  test("prefers the environment to the file, and the file to the defaults", () => {
    const yaml = "server: { port: 9000, host: 0.0.0.0 }\nlimits:\n  batch_ids: 50\ndefault_entity: track\n";
    const config = load({ PORT: "9001", FEATSTORE_ONLINE_STORE: "postgres", HOST: "" }, yaml);
    expect(config).toMatchObject({
      file: join(folder, "featstore.config.yaml"),
      server: { host: "0.0.0.0", port: 9001 },
      onlineStore: { kind: "postgres" },
      limits: { batchIds: 50, bodyBytes: 1_048_576 },
      defaultEntity: "track",
    });
    const audit = { FEATSTORE_AUDIT_ONE_IN: "0", FEATSTORE_AUDIT_PERSONAL: "true" };
    expect(load(audit, "audit: { keep_rows: 5, keep_days: 2, one_in: 3 }\n").audit).toEqual({
      every: 0,
      personal: true,
      retention: { rows: 5, days: 2 },
    });
    expect(faultsOf({ FEATSTORE_AUDIT_ONE_IN: "often", FEATSTORE_AUDIT_PERSONAL: "yes" }).errors).toMatchObject([
      { path: "FEATSTORE_AUDIT_ONE_IN" },
      { path: "FEATSTORE_AUDIT_PERSONAL" },
    ]);
  });

  test("runs schedules unless the environment or the file turns them off", () => {
    expect([load().scheduler, load({}, "scheduler: off\n").scheduler]).toEqual(["on", "off"]);
    expect(load({ FEATSTORE_SCHEDULER: "off" }, "scheduler: on\n").scheduler).toBe("off");
    expect(faultsOf({ FEATSTORE_SCHEDULER: "sometimes" }).errors).toEqual([
      { path: "FEATSTORE_SCHEDULER", detail: expect.stringMatching(/"on" .*"off"/) },
    ]);
  });

  test("uses the Redis online store when REDIS_URL is set, unless another store is named", () => {
    const url = "redis+cluster://user:hush@one:6379,two:6380";
    const config = load({ REDIS_URL: url });
    expect(config).toMatchObject({
      onlineStore: { kind: "redis" },
      redis: { prefix: "featstore", buckets: 64, readMs: 200 },
    });
    expect(config.redis?.url.reveal()).toBe(url);
    expect(inspect(config, { depth: 9 })).not.toContain("hush");
    expect(load({ REDIS_URL: url, FEATSTORE_ONLINE_STORE: "memory" }).onlineStore.kind).toBe("memory");
    expect([load().redis, load().onlineStore.kind]).toEqual([null, "memory"]);
    expect(faultsOf({ FEATSTORE_ONLINE_STORE: "redis" }).errors).toEqual([
      { path: "FEATSTORE_ONLINE_STORE", detail: expect.stringMatching(/redis\.url.*REDIS_URL/) },
    ]);
    const refused = faultsOf({ REDIS_URL: "http://:hush@one", FEATSTORE_REDIS_BUCKETS: "0" });
    expect(refused.errors).toMatchObject([{ path: "REDIS_URL" }, { path: "FEATSTORE_REDIS_BUCKETS" }]);
    expect(inspect(refused, { depth: 9 })).not.toContain("hush");
  });

  test('takes a number of workers or "auto"; more than one worker needs PostgreSQL', () => {
    const url = "postgres://db/x";
    const workersOf = (workers: string, more = {}) => load({ FEATSTORE_WORKERS: workers, ...more }).server.workers;
    expect([load().server.workers, workersOf("1"), workersOf("auto")]).toEqual([1, 1, 1]);
    expect(workersOf("4", { DATABASE_URL: url })).toBe(4);
    expect(workersOf("auto", { DATABASE_URL: url })).toBe(availableParallelism());
    expect(faultsOf({ FEATSTORE_WORKERS: "2" }).errors).toEqual([
      { path: "FEATSTORE_WORKERS", detail: expect.stringContaining("PostgreSQL") },
    ]);
    for (const workers of ["0", "257", "many", "1.5"])
      expect(faultsOf({ FEATSTORE_WORKERS: workers, DATABASE_URL: url }).errors).toEqual([
        { path: "FEATSTORE_WORKERS", detail: expect.any(String) },
      ]);
    expect(load({}, `server: { workers: 3 }\ndatabase: { url: "${url}" }\n`).server.workers).toBe(3);
  });

  test("reads the engines, with absolute paths and the url from a variable or a file", () => {
    expect(load().engines).toEqual({});
    const yaml = [
      "data_dir: data",
      "engines:",
      "  lake: { kind: duckdb, roots: [music, /srv/plays, s3://music/plays/], memory: 256, threads: 2, extensions: more }",
      '  warehouse: { kind: duckdb, url: "postgres://a:hush@b/c", staging: /tmp/w, s3_endpoint: "http://127.0.0.1:9000" }',
      "",
    ].join("\n");
    const { engines } = load({}, yaml);
    expect(engines).toMatchObject({
      lake: {
        kind: "duckdb",
        url: null,
        staging: join(folder, "data", "engines", "lake"),
        results: null,
        memoryMb: 256,
        threads: 2,
        roots: [join(folder, "music"), "/srv/plays", "s3://music/plays"],
        extensions: join(folder, "more"),
        s3: { endpoint: null, region: null },
      },
      warehouse: {
        staging: "/tmp/w",
        results: null,
        memoryMb: 1024,
        threads: Math.max(1, availableParallelism() - 1),
        roots: [],
        extensions: null,
        s3: { endpoint: "http://127.0.0.1:9000", region: null },
      },
    });
    expect(engines.warehouse?.url?.reveal()).toBe("postgres://a:hush@b/c");
    expect(inspect(engines, { depth: 9 })).not.toContain("hush");
    expect(load({ FEATSTORE_ENGINE_LAKE_URL: "postgres://b/c" }, yaml).engines.lake?.url?.reveal()).toBe(
      "postgres://b/c",
    );
    writeFileSync(join(folder, "url"), "postgres://from/file\n");
    const fromFile = load({ FEATSTORE_ENGINE_WAREHOUSE_URL_FILE: "url" }, yaml).engines.warehouse;
    expect(fromFile?.url?.reveal()).toBe("postgres://from/file");
  });

  test("refuses engines that are not whole, with each setting and without the url", () => {
    const pathOf = (engines: string, env = {}) =>
      faultsOf(env, `engines: ${engines}\n`).errors?.map(({ path }) => path);
    const file = `${join(folder, "featstore.config.yaml")}:1`;
    expect(pathOf("{ postgres: { kind: duckdb } }")).toEqual([`${file} engines.postgres`]);
    expect(pathOf("{ Lake: { kind: duckdb } }")).toEqual([`${file} engines.Lake`]);
    expect(pathOf("{ lake: { kind: trino } }")).toEqual([`${file} engines.lake.kind`]);
    const spark = 'kind: spark, url: "sc://spark:15002", staging: "s3://music/results"';
    expect(pathOf("{ lake: { kind: spark } }")).toEqual([`${file} engines.lake.url`, `${file} engines.lake.staging`]);
    expect(pathOf(`{ lake: { ${spark.replace("sc:", "http:")} } }`)).toEqual([`${file} engines.lake.url`]);
    expect(pathOf(`{ lake: { ${spark.replace("s3://music/results", "/tmp")} } }`)).toEqual([
      `${file} engines.lake.staging`,
    ]);
    expect(pathOf("{ lake: {} }")).toEqual([`${file} engines.lake.kind`]);
    expect(pathOf('{ lake: { kind: duckdb, roots: ["/data/*"] } }')).toEqual([`${file} engines.lake.roots.0`]);
    expect(pathOf('{ lake: { kind: duckdb, roots: ["gs://b/c"] } }')).toEqual([`${file} engines.lake.roots.0`]);
    expect(pathOf("{ lake: { kind: duckdb, memory: 1 } }")).toEqual([`${file} engines.lake.memory`]);
    expect(pathOf("{ lake: { kind: duckdb, rooots: [] } }")).toEqual([`${file} engines.lake.rooots`]);
    const env = { FEATSTORE_ENGINE_LAKE_URL: "mysql://a:hush@b/c" };
    const fault = faultsOf(env, "engines: { lake: { kind: duckdb } }\n");
    expect(fault.errors).toMatchObject([{ path: "FEATSTORE_ENGINE_LAKE_URL" }]);
    expect(inspect(fault, { depth: 9 })).not.toContain("hush");
  });

  test("derives the read slots from the online store, and reserves some of them for single reads", () => {
    const slotsOf = (env: Record<string, string>) => {
      const { readSlots, bulkSlots, waitingReads } = load(env).limits;
      return [readSlots, bulkSlots, waitingReads];
    };
    expect(slotsOf({})).toEqual([20, 8, 500]);
    expect(slotsOf({ DATABASE_POOL_SIZE: "1" })).toEqual([2, 1, 500]);
    expect(slotsOf({ REDIS_URL: "redis://127.0.0.1:6379" })).toEqual([500, 200, 500]);
    const own = { FEATSTORE_READ_SLOTS: "4", FEATSTORE_BULK_SLOTS: "9", FEATSTORE_WAITING_READS: "0" };
    expect(slotsOf(own)).toEqual([4, 4, 0]);
  });

  test("reads a variable as the type of its setting", () => {
    const config = load({ FEATSTORE_DRIFT_PSI: "0.3", FEATSTORE_TRAINING_JOINED_ROWS: "9007199254740991" });
    expect(config.drift.thresholds.populationStability).toBe(0.3);
    expect(config.trainingSets.maxJoinedRows).toBe(Number.MAX_SAFE_INTEGER);
    for (const [variable, value] of [
      ["FEATSTORE_DRIFT_PSI", "1e-3"],
      ["FEATSTORE_DRIFT_PSI", "0"],
      ["FEATSTORE_AS_OF_IDS", "0x10"],
      ["DATABASE_PREPARE", "yes"],
    ] as const)
      expect(faultsOf({ [variable]: value }).errors).toMatchObject([{ path: variable }]);
  });

  test("takes origins only as browsers send them", () => {
    expect(load().server.corsOrigins).toEqual([]);
    expect(load({ FEATSTORE_CORS_ORIGINS: "https://a.example, http://localhost:5173" }).server.corsOrigins).toEqual([
      "https://a.example",
      "http://localhost:5173",
    ]);
    for (const origins of [
      ...["*", "null", "a.example", "https://a.example/", "https://a.example/app", "https://A.example"],
      ...["https://a.example:443", "ftp://a.example", "https://a.example,", "https://a.example https://b.example"],
    ])
      expect(faultsOf({ FEATSTORE_CORS_ORIGINS: origins }).errors).toMatchObject([{ path: "FEATSTORE_CORS_ORIGINS" }]);
  });

  test("allows a batch of at most 10,000 ids", () => {
    expect(load({ FEATSTORE_BATCH_IDS: "10000" }).limits.batchIds).toBe(10_000);
    expect(faultsOf({ FEATSTORE_BATCH_IDS: "10001" }).errors).toMatchObject([{ path: "FEATSTORE_BATCH_IDS" }]);
  });

  test("reports all errors together, each with its path and without its value", () => {
    const error = faultsOf(
      { PORT: "eighty", DATABASE_URL: "mysql://root:hunter2@db/x", FEATSTORE_KEY_SECRET: "too short" },
      "servre: {}\nserver:\n  hst: x\nlimits:\n  batch_ids: 0\nlog:\n  level: loud\n",
    );
    expect(error.code).toBe("config_invalid");
    const paths = error.errors.map(({ path }) => path.replace(folder, ""));
    expect(paths).toEqual(
      expect.arrayContaining([
        "PORT",
        "DATABASE_URL",
        "FEATSTORE_KEY_SECRET",
        "/featstore.config.yaml:5 limits.batch_ids",
        "/featstore.config.yaml:7 log.level",
        "/featstore.config.yaml:3 server.hst",
        "/featstore.config.yaml:1 servre",
      ]),
    );
    expect(`${error.detail} ${JSON.stringify(error.errors)}`).not.toMatch(/hunter2|too short|eighty/);
  });

  test("refuses an unknown sslmode and lists the values; sslrootcert alone means nothing", () => {
    for (const name of ["DATABASE_URL", "DATABASE_DIRECT_URL"]) {
      const urls = { DATABASE_URL: "postgres://h/x" };
      const fault = faultsOf({ ...urls, [name]: "postgres://u:hunter2@h/x?sslmode=requre" }).errors[0];
      expect(fault).toMatchObject({ path: name, detail: expect.stringMatching(/disable.*verify-full/) });
      expect(faultsOf({ ...urls, [name]: "postgres://h/x?sslrootcert=/a" }).errors).toMatchObject([{ path: name }]);
    }
    const url = "postgres://h/x?sslmode=verify-ca&sslrootcert=/a";
    expect(load({ DATABASE_URL: url }).database.kind).toBe("postgres");
  });

  test("reports invalid YAML with line and column", () => {
    const error = faultsOf({}, "server:\n  port: [1\nlog: }\n");
    expect(error.errors[0]?.path).toMatch(/featstore\.config\.yaml:\d+:\d+$/);
    expect(faultsOf({}, "- a\n- b\n").errors[0]?.detail).toContain("settings");
  });

  test("requires that a named configuration file exists", () => {
    expect(() => loadConfig({ env: {}, folder, file: "other.yaml" })).toThrow("other.yaml");
    expect(() => loadConfig({ env: { FEATSTORE_CONFIG: "gone.yaml" }, folder })).toThrow("gone.yaml");
  });

  test("never prints secrets", () => {
    const env = { DATABASE_URL: "postgres://u:hunter2@db/x", FEATSTORE_KEY_SECRET: "s".repeat(32) };
    const config = load(env);
    for (const text of [JSON.stringify(config), inspect(config, { depth: 9 }), `${config.keySecret}`]) {
      expect(text).not.toMatch(/hunter2|sssss/);
    }
    expect(config.keySecret?.reveal()).toBe("s".repeat(32));
    expect(config.database.kind === "postgres" && config.database.url.reveal()).toBe(env.DATABASE_URL);
  });

  test("reads a secret from the file that <VARIABLE>_FILE names, unless the variable is set", () => {
    const path = join(folder, "key-secret");
    writeFileSync(path, `${"f".repeat(32)}\n`);
    const env = { FEATSTORE_KEY_SECRET_FILE: "key-secret", REDIS_URL_FILE: "" };
    expect(load(env).keySecret?.reveal()).toBe("f".repeat(32));
    expect(load({ ...env, FEATSTORE_KEY_SECRET: "" }).keySecret?.reveal()).toBe("f".repeat(32));
    expect(load({ ...env, FEATSTORE_KEY_SECRET: "v".repeat(32) }).keySecret?.reveal()).toBe("v".repeat(32));
    writeFileSync(path, "short");
    const short = faultsOf(env);
    expect([short.errors?.[0]?.path, short.detail.includes("short")]).toEqual(["FEATSTORE_KEY_SECRET", false]);
    writeFileSync(path, "\n");
    expect(faultsOf(env).errors).toMatchObject([{ path: "FEATSTORE_KEY_SECRET_FILE" }]);
    rmSync(path);
    expect(faultsOf(env).errors).toMatchObject([
      { path: "FEATSTORE_KEY_SECRET_FILE", detail: expect.stringContaining("ENOENT") },
    ]);
  });

  test("reads named key secrets, the newest first, and never quotes a wrong one", () => {
    const [newer, older] = ["n".repeat(32), `${"o".repeat(32)}==`];
    const config = load({ FEATSTORE_KEY_SECRETS: ` s2027=${newer}, s2026=${older} `, DATABASE_URL: "postgres://h/x" });
    const secrets = keySecretsOf(config);
    expect(secrets).toMatchObject({ newest: { name: "s2027", value: newer }, names: ["s2027", "s2026"] });
    expect([secrets.find("s2026"), secrets.find(null)]).toEqual([older, undefined]);
    expect(inspect(config, { depth: 9 })).not.toMatch(/nnnn|oooo/);
    for (const wrong of ["s2027", `S=${newer}`, "s2027=tooshortsecret", `a=${newer},a=${older}`, `a=${newer},`]) {
      const error = faultsOf({ FEATSTORE_KEY_SECRETS: wrong });
      expect(error.errors).toMatchObject([{ path: "FEATSTORE_KEY_SECRETS" }]);
      expect(error.detail).not.toMatch(/nnnn|oooo|tooshortsecret/);
    }
  });

  test("generates a key secret for the embedded server and requires one for another database", () => {
    const config = load();
    const secret = keySecretsOf(config).newest.value;
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(keySecretsOf(config).newest).toEqual({ name: null, value: secret });
    const path = join(config.dataDir, "key-secret");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8").trim()).toBe(secret);
    writeFileSync(path, "short");
    expect(() => keySecretsOf(config)).toThrow(expect.objectContaining({ code: "data_folder_unusable" }));
    expect(() => keySecretsOf(load({ DATABASE_URL: "postgres://localhost/x" }))).toThrow(
      expect.objectContaining({ code: "key_secret_required" }),
    );
  });
});
