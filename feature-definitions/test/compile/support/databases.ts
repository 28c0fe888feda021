import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import postgres from "postgres";
import { postgresFunctions } from "../../../src/compile/index";

/** A separate PostgreSQL database for a test; parameters and results are texts. */
export interface SqlDatabase {
  query(
    text: string,
    parameters?: readonly (string | null)[],
  ): Promise<readonly Readonly<Record<string, string | null>>[]>;
  script(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface SqlTarget {
  readonly name: string;
  readonly hasVectors: boolean;
  readonly skip: boolean;
  /** A fresh database with the SQL functions and the schema `features`; `timeZone` applies to its sessions. */
  open(timeZone?: string): Promise<SqlDatabase>;
}

// PostgreSQL's oids of the types of parameters and results.
const oids = [16, 17, 20, 21, 23, 25, 26, 114, 700, 701, 1000, 1009, 1022, 1043, 1082, 1114, 1184, 1700, 2950, 3802];
const asText = Object.fromEntries(oids.map((oid) => [oid, String]));

/** Every PostgreSQL that compiled SQL must run on. Unavailable servers are skipped, unless REQUIRE_SERVICES=1. */
export function sqlTargets(): readonly SqlTarget[] {
  return [
    { name: "PGlite", hasVectors: true, skip: false, open: openPglite },
    serverTarget("PostgreSQL 16", "TEST_DATABASE_URL", true),
    serverTarget("PostgreSQL 15", "TEST_DATABASE_15_URL", false),
  ];
}

const preparation = `set datestyle to 'German'; create schema if not exists features;\n${postgresFunctions}`;

async function openPglite(timeZone = "UTC"): Promise<SqlDatabase> {
  const database = await PGlite.create({ extensions: { vector } });
  await database.exec(`set timezone to '${timeZone}'; create extension vector; ${preparation}`);
  return {
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
    close: () => database.close(),
  };
}

function serverTarget(name: string, variable: string, hasVectors: boolean): SqlTarget {
  const url = process.env[variable] ?? "";
  return {
    name,
    hasVectors,
    skip: url === "" && process.env.REQUIRE_SERVICES !== "1",
    open: async (timeZone = "UTC") => {
      if (url === "") throw new Error(`${variable} is not set (REQUIRE_SERVICES=1)`);
      const own = `compile_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
      await administer(url, `create database ${own}`);
      const address = new URL(url);
      address.pathname = `/${own}`;
      const client = postgres(address.href, {
        max: 1,
        fetch_types: false,
        onnotice: () => {},
        connection: { TimeZone: timeZone },
        types: { text: { to: 25, from: oids, serialize: String, parse: String } },
      });
      // Values are sent as text, whatever type the statement gives them.
      for (const oid of oids) client.options.serializers[oid] = String;
      await client.unsafe(`${hasVectors ? "create extension vector;" : ""} ${preparation}`);
      return {
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
