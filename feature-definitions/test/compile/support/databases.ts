import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import postgres from "postgres";
import { type dialects, postgresFunctions } from "../../../src/compiler";

/** A separate database for a test; parameters and results are texts. */
export interface SqlDatabase {
  readonly engine: keyof typeof dialects;
  query(
    text: string,
    parameters?: readonly (string | null)[],
  ): Promise<readonly Readonly<Record<string, string | null>>[]>;
  script(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface SqlTarget {
  readonly name: string;
  readonly engine: keyof typeof dialects;
  readonly hasVectors: boolean;
  readonly skip: boolean;
  /** A fresh database with our functions and the schema `features`; `timeZone` is its sessions', which differs by target. */
  open(timeZone?: string): Promise<SqlDatabase>;
}

// PostgreSQL's oids of the types of parameters and results.
const oids = [16, 17, 20, 21, 23, 25, 26, 114, 700, 701, 1000, 1009, 1022, 1043, 1082, 1114, 1184, 1700, 2950, 3802];
const asText = Object.fromEntries(oids.map((oid) => [oid, String]));

/**
 * The databases that compiled SQL runs on. `all` adds PostgreSQL 15 to `main`: for the laws, which reach every rule of the compiler,
 * and for the golden files and functions, which are the SQL itself. Servers that are absent are skipped, unless REQUIRE_SERVICES=1.
 */
export function sqlTargets(which: "main" | "all"): readonly SqlTarget[] {
  const main = [
    { name: "PGlite", engine: "postgres" as const, hasVectors: true, skip: false, open: openPglite },
    serverTarget("PostgreSQL 16", "TEST_DATABASE_URL", true, "Europe/Berlin"),
  ];
  return which === "main"
    ? main
    : [...main, serverTarget("PostgreSQL 15", "TEST_DATABASE_15_URL", false, "America/St_Johns")];
}

const preparation = `set datestyle to 'German'; create schema if not exists features;\n${postgresFunctions}`;

// Starting one costs a second of computing: the tests of a worker take turns with it.
const idle: PGlite[] = [];

async function openPglite(timeZone = "UTC"): Promise<SqlDatabase> {
  const database = idle.pop() ?? (await PGlite.create({ extensions: { vector } }));
  await database.exec(`set timezone to '${timeZone}'; create extension vector; ${preparation}`);
  return {
    engine: "postgres",
    query: async (text, parameters = []) =>
      (
        await database.query<Record<string, string | null>>(text, [...parameters], {
          serializers: asText,
          parsers: asText,
        })
      ).rows,
    script: async (text) => {
      await database.exec(text);
    },
    close: async () => {
      const schemas = await database.query<{ name: string }>(
        "select quote_ident(nspname) as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
      );
      await database.exec(
        `reset all; ${schemas.rows.map(({ name }) => `drop schema ${name} cascade;`).join(" ")} create schema public`,
      );
      idle.push(database);
    },
  };
}

function serverTarget(name: string, variable: string, hasVectors: boolean, ownTimeZone: string): SqlTarget {
  const url = process.env[variable] ?? "";
  return {
    name,
    engine: "postgres",
    hasVectors,
    skip: url === "" && process.env.REQUIRE_SERVICES !== "1",
    open: async (timeZone = ownTimeZone) => {
      if (url === "") throw new Error(`${variable} is not set (REQUIRE_SERVICES=1)`);
      const own = `compile_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
      await administer(url, `create database ${own}`);
      const address = new URL(url);
      address.pathname = `/${own}`;
      const client = postgres(address.href, {
        max: 1,
        fetch_types: false,
        onnotice: () => {},
        // As the server's connections do.
        connection: { TimeZone: timeZone, standard_conforming_strings: true },
        types: { text: { to: 25, from: oids, serialize: String, parse: String } },
      });
      // Values are sent as text, whatever type the statement gives them.
      for (const oid of oids) client.options.serializers[oid] = String;
      await client.unsafe(`${hasVectors ? "create extension vector;" : ""} ${preparation}`);
      return {
        engine: "postgres",
        query: async (text, parameters = []) => {
          const rows: readonly Record<string, string | null>[] = await client.unsafe(text, [...parameters]);
          return [...rows];
        },
        script: async (text) => {
          await client.unsafe(text).simple();
        },
        close: async () => {
          await client.end();
          await administer(url, `drop database if exists ${own} with (force)`);
        },
      };
    },
  };
}

async function administer(url: string, text: string): Promise<void> {
  const client = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    await client.unsafe(text);
  } finally {
    await client.end();
  }
}
