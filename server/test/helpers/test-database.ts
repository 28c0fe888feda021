import { afterAll } from "vitest";
import type { Database } from "../../src/database/database";
import { openPgliteDatabase } from "../../src/database/pglite-database";
import { createPostgresDatabase } from "../../src/database/postgres-database";
import { quoteIdentifier } from "../../src/database/sql-text";
import { pgliteImage } from "./pglite-image";

/** A fresh, empty database. */
export interface OpenTestDatabase {
  readonly database: Database;
  /** The URL for other clients (of the pooler if the target is one); undefined for PGlite. */
  readonly url: string | undefined;
  /** The same database without the pooler, for LISTEN and for killing backends. */
  readonly directUrl: string | undefined;
  /** Closes the client and removes the database. */
  drop(): Promise<void>;
}

export interface TestDatabase {
  readonly name: "pglite" | "postgres-16" | "postgres-15" | "pgbouncer";
  readonly kind: "pglite" | "postgres";
  /** True if `create extension vector` works. */
  readonly hasVectors: boolean;
  /** For `describe.skipIf`: true if its service is missing and REQUIRE_SERVICES is not set. */
  readonly skip: boolean;
  open(options?: { readonly poolSize?: number; readonly queueLimit?: number }): Promise<OpenTestDatabase>;
}

const required = process.env.REQUIRE_SERVICES === "1";
/** The TimeZone of all test databases' sessions (run with the same `TZ`). */
const timeZone = process.env.TEST_TIME_ZONE;

/**
 * Lists every PostgreSQL that tests run on. Call it at the top of a test file, not inside a test.
 *
 * @example
 * for (const target of testDatabases()) {
 *   describe.skipIf(target.skip)(target.name, () => {
 *     let opened: OpenTestDatabase;
 *     beforeAll(async () => { opened = await target.open(); });
 *     afterAll(() => opened?.drop());
 *   });
 * }
 */
export function testDatabases(): TestDatabase[] {
  return [testPglite(), ...testServers()];
}

function testServers(): TestDatabase[] {
  return [
    testServer("postgres-16", "TEST_DATABASE_URL", true),
    testServer("postgres-15", "TEST_DATABASE_15_URL", false),
    testServer("pgbouncer", "TEST_PGBOUNCER_URL", true),
  ];
}

function testPglite(): TestDatabase {
  // Starting one takes a second or two, emptying it a few milliseconds: the file's tests share it.
  const idle: Database[] = [];
  afterAll(() => Promise.all(idle.splice(0).map((database) => database.close())));
  return {
    name: "pglite",
    kind: "pglite",
    hasVectors: true,
    skip: false,
    async open(options) {
      const special = options?.queueLimit !== undefined;
      const database =
        (special ? undefined : idle.pop()) ??
        (await openPgliteDatabase({
          image: await pgliteImage(),
          ...(special ? { queueLimit: options.queueLimit } : {}),
        }));
      if (timeZone !== undefined) await database.script(`set timezone to '${timeZone}'`);
      const drop = async () => {
        const emptied = !special && (await empty(database));
        if (emptied) idle.push(database);
        else await database.close();
      };
      return { database, url: undefined, directUrl: undefined, drop };
    },
  };
}

/** Resets to a new PGlite's state; returns false if the database can no longer be used. */
async function empty(database: Database): Promise<boolean> {
  try {
    const schemas = await database.query<{ name: string }>({
      text: "select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
    });
    const roles = await database.query<{ name: string }>({
      text: "select rolname as name from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres'",
    });
    await database.script(
      [
        "reset all",
        "unlisten *",
        ...schemas.map(({ name }) => `drop schema ${quoteIdentifier(name)} cascade`),
        ...roles.map(({ name }) => `drop owned by ${quoteIdentifier(name)}; drop role ${quoteIdentifier(name)}`),
        "create schema public",
        "grant usage on schema public to public",
      ].join(";\n"),
    );
    return true;
  } catch {
    return false;
  }
}

function testServer(
  name: TestDatabase["name"],
  variable: "TEST_DATABASE_URL" | "TEST_DATABASE_15_URL" | "TEST_PGBOUNCER_URL",
  hasVectors: boolean,
): TestDatabase {
  const url = process.env[variable];
  // PgBouncer is in front of the first server; CREATE DATABASE goes directly to the server.
  const adminUrl = variable === "TEST_PGBOUNCER_URL" ? process.env.TEST_DATABASE_URL : url;
  const present = url !== undefined && url !== "" && adminUrl !== undefined && adminUrl !== "";
  return {
    name,
    kind: "postgres",
    hasVectors,
    skip: !present && !required,
    async open(options = {}) {
      if (!present) throw new Error(`${variable} is not set (REQUIRE_SERVICES=1); run: bash scripts/services.sh start`);
      const databaseName = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
      await administer(adminUrl, [
        `create database ${databaseName}`,
        ...(timeZone === undefined ? [] : [`alter database ${databaseName} set timezone to '${timeZone}'`]),
      ]);
      const ownUrl = withDatabase(url, databaseName);
      const directUrl = withDatabase(adminUrl, databaseName);
      const database = createPostgresDatabase({
        url: ownUrl,
        directUrl,
        prepare: name !== "pgbouncer",
        ...options,
      });
      const drop = async () => {
        await database.close();
        await administer(adminUrl, [`drop database if exists ${databaseName} with (force)`]);
      };
      return { database, url: ownUrl, directUrl, drop };
    },
  };
}

async function administer(url: string, statements: readonly string[]): Promise<void> {
  const database = createPostgresDatabase({ url, poolSize: 1 });
  try {
    for (const text of statements) await database.query({ text });
  } finally {
    await database.close();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
