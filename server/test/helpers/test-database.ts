import type { Database } from "../../src/database/database";
import { openPgliteDatabase } from "../../src/database/pglite-database";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { pgliteImage } from "./pglite-image";
import { requireNoSecretStored } from "./require-no-secrets";
import { emptyPglite, type MigratedState, migratedState, restoreMigrated } from "./restore-pglite";
import { cloneMigrated } from "./template-database";

/** A database for one test. */
export interface OpenTestDatabase {
  readonly database: Database;
  /** The URL for other clients (of the pooler if the target is one); undefined for PGlite. */
  readonly url: string | undefined;
  /** The same database without the pooler, for LISTEN and for killing backends. */
  readonly directUrl: string | undefined;
  /** Closes the client and removes the database. */
  drop(): Promise<void>;
}

export interface OpenTestDatabaseOptions {
  readonly poolSize?: number;
  readonly queueLimit?: number;
}

export interface TestDatabase {
  readonly name: "pglite" | "postgres-16" | "postgres-15" | "pgbouncer";
  readonly kind: "pglite" | "postgres";
  /** True if `create extension vector` works. */
  readonly hasVectors: boolean;
  /** For `describe.skipIf`: true if its service is missing and REQUIRE_SERVICES is not set. */
  readonly skip: boolean;
  /** An empty database: for tests of migrating, and of commands and servers that migrate by themselves. */
  open(options?: OpenTestDatabaseOptions): Promise<OpenTestDatabase>;
  /** A database with all migrations applied: a copy, which is cheaper than migrating. */
  openMigrated(options?: OpenTestDatabaseOptions): Promise<OpenTestDatabase>;
}

const required = process.env.REQUIRE_SERVICES === "1";

/**
 * The databases that a test file runs on. Call it at the top of the file, not inside a test.
 *
 * `one` is PostgreSQL 16, or PGlite where that is absent: for further tests of a module that another file tests on both.
 * `main` is PGlite and PostgreSQL 16: for services, routes and acceptance tests, which reach a database only through
 * stores. `all` adds PostgreSQL 15 and PgBouncer: for code that depends on the server's version, on pgvector or on the
 * pooler (`database`, `stores`, the migrations, the compiled SQL), and for one end-to-end test (`serve.test.ts`).
 *
 * @example
 * for (const target of testDatabases("main")) {
 *   describe.skipIf(target.skip)(target.name, () => {
 *     let opened: OpenTestDatabase;
 *     beforeAll(async () => { opened = await target.openMigrated(); });
 *     afterAll(() => opened?.drop());
 *   });
 * }
 *
 * `npm run test:surroundings` leaves out PGlite, which takes no defaults of a server; first it runs the tests on `one`
 * database again, on PGlite.
 */
export function testDatabases(which: "one" | "main" | "all"): TestDatabase[] {
  const server = testServer("postgres-16", "TEST_DATABASE_URL");
  if (which === "one") return [server.skip ? pglite : server];
  const main = process.env.TEST_SERVERS_ONLY === "1" ? [server] : [pglite, server];
  if (which === "main") return main;
  return [...main, testServer("postgres-15", "TEST_DATABASE_15_URL"), testServer("pgbouncer", "TEST_PGBOUNCER_URL")];
}

/**
 * The TimeZone of each target's sessions. The zones differ from each other and most from the process's zone
 * (`vitest.config.ts`), because no result may depend on them.
 */
const timeZones = {
  pglite: "UTC",
  "postgres-16": "Europe/Berlin",
  "postgres-15": "America/St_Johns",
  pgbouncer: "Europe/Berlin",
} as const;

// Starting a PGlite takes a second, cleaning one a few milliseconds: the tests of a worker reuse them.
const idle = { empty: [] as Database[], migrated: [] as { database: Database; state: MigratedState }[] };

const pglite: TestDatabase = {
  name: "pglite",
  kind: "pglite",
  hasVectors: true,
  skip: false,
  async open({ queueLimit } = {}) {
    const reused = queueLimit === undefined ? idle.empty.pop() : undefined;
    const database = reused ?? (await startPglite("empty", queueLimit));
    await database.script(`set timezone to '${timeZones.pglite}'`);
    const drop = async () => {
      await requireNoSecretStored(database);
      if (queueLimit === undefined && (await emptyPglite(database))) idle.empty.push(database);
      else await database.close();
    };
    return { database, url: undefined, directUrl: undefined, drop };
  },
  async openMigrated({ queueLimit } = {}) {
    const reused = queueLimit === undefined ? idle.migrated.pop() : undefined;
    const database = reused?.database ?? (await startPglite("migrated", queueLimit));
    const state = reused?.state ?? (await migratedState(database));
    await database.script(`set timezone to '${timeZones.pglite}'`);
    const drop = async () => {
      await requireNoSecretStored(database);
      const restored = queueLimit === undefined ? await restoreMigrated(database, state) : undefined;
      if (restored !== undefined) idle.migrated.push({ database, state: restored });
      else await database.close();
    };
    return { database, url: undefined, directUrl: undefined, drop };
  },
};

async function startPglite(state: "empty" | "migrated", queueLimit: number | undefined): Promise<Database> {
  const image = await pgliteImage(state);
  return openPgliteDatabase({ image, ...(queueLimit === undefined ? {} : { queueLimit }) });
}

function testServer(
  name: Exclude<TestDatabase["name"], "pglite">,
  variable: "TEST_DATABASE_URL" | "TEST_DATABASE_15_URL" | "TEST_PGBOUNCER_URL",
): TestDatabase {
  const url = process.env[variable];
  // PgBouncer is in front of the first server; CREATE DATABASE goes directly to the server.
  const adminUrl = name === "pgbouncer" ? process.env.TEST_DATABASE_URL : url;
  const present = url !== undefined && url !== "" && adminUrl !== undefined && adminUrl !== "";
  const openServer = async (migrated: boolean, options: OpenTestDatabaseOptions): Promise<OpenTestDatabase> => {
    if (!present) throw new Error(`${variable} is not set (REQUIRE_SERVICES=1); run: bash scripts/services.sh start`);
    const databaseName = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
    await administer(adminUrl, async (administrator) => {
      if (migrated) await cloneMigrated(administrator, adminUrl, databaseName);
      else await administrator.query({ text: `create database ${databaseName}` });
      await administrator.query({ text: `alter database ${databaseName} set timezone to '${timeZones[name]}'` });
    });
    const ownUrl = withDatabase(url, databaseName);
    const directUrl = withDatabase(adminUrl, databaseName);
    const database = createPostgresDatabase({ url: ownUrl, directUrl, prepare: name !== "pgbouncer", ...options });
    const drop = async () => {
      await requireNoSecretStored(database).finally(() => database.close());
      await administer(adminUrl, (administrator) =>
        administrator.query({ text: `drop database if exists ${databaseName} with (force)` }),
      );
    };
    return { database, url: ownUrl, directUrl, drop };
  };
  return {
    name,
    kind: "postgres",
    hasVectors: name !== "postgres-15",
    skip: !present && !required,
    open: (options = {}) => openServer(false, options),
    openMigrated: (options = {}) => openServer(true, options),
  };
}

async function administer(url: string, work: (administrator: Database) => Promise<unknown>): Promise<void> {
  // A single connection: making a template takes a lock of the session.
  const administrator = createPostgresDatabase({ url, poolSize: 1 });
  try {
    await work(administrator);
  } finally {
    await administrator.close();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
