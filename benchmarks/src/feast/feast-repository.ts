import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pythonTools } from "../../../scripts/cached-tools.mjs";
import type { ReferenceDatabase } from "../reference-database";
import { runProgram } from "./run-program";

const source = join(import.meta.dirname, "../../feast");
const FILES = ["feature_store.yaml", "definitions.py"];

/** Feast's feature repository of this run, and how to run Feast in it. */
export interface FeastRepository {
  readonly folder: string;
  /** The interpreter that has Feast. */
  readonly python: string;
  /** `0.67.0` */
  readonly version: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The command of the program `feast`. */
  command(...args: readonly string[]): readonly string[];
  /** Runs `feast` and returns its seconds and the largest resident memory of its processes. */
  run(...args: readonly string[]): ReturnType<typeof runProgram>;
}

/** Installs Feast by the committed versions, and applies the committed definitions to a registry in the database. */
export async function createFeastRepository(
  database: ReferenceDatabase,
  redisUrl: string,
  parent: string,
): Promise<FeastRepository> {
  const requirements = readFileSync(join(source, "requirements.txt"), "utf8").trim().split("\n");
  const version = /^feast==(\S+)$/m.exec(requirements.join("\n"))?.[1] ?? "of an unknown version";
  const python = pythonTools("feast", requirements);
  const folder = join(parent, "feast");
  mkdirSync(folder);
  for (const file of FILES) copyFileSync(join(source, file), join(folder, file));
  const environment = environmentOf(database.url, redisUrl, folder);
  // The folder of installed tools is moved once, so its scripts have no valid first line.
  const command = (...args: readonly string[]) => [python, "-m", "feast.cli.cli", ...args];
  const run = (...args: readonly string[]) => runProgram(python, command(...args), folder, environment);
  await run("apply");
  return { folder, python, version, environment, command, run };
}

function environmentOf(databaseUrl: string, redisUrl: string, folder: string): Readonly<Record<string, string>> {
  const database = new URL(databaseUrl);
  const redis = new URL(redisUrl);
  const password = redis.password === "" ? "" : `,password=${decodeURIComponent(redis.password)}`;
  return {
    FEAST_REGISTRY: databaseUrl.replace(/^\w+:/, "postgresql+psycopg:"),
    FEAST_REDIS: `${redis.hostname}:${redis.port || 6379},db=${redis.pathname.slice(1)}${password}`,
    FEAST_POSTGRES_HOST: database.hostname,
    FEAST_POSTGRES_PORT: database.port || "5432",
    FEAST_POSTGRES_DATABASE: database.pathname.slice(1),
    FEAST_POSTGRES_USER: decodeURIComponent(database.username),
    FEAST_POSTGRES_PASSWORD: decodeURIComponent(database.password),
    // Gunicorn's control socket: two servers of one user would share the default one.
    XDG_RUNTIME_DIR: folder,
    TZ: "UTC",
  };
}
