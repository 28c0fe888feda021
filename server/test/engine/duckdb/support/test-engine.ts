import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { secret } from "../../../../src/core/config";
import type { EngineSettings } from "../../../../src/core/index";
import { type OpenEngine, type OpenEngineOptions, openEngine } from "../../../../src/engine/duckdb/process/index";

/** A folder for one test file, with a lake and an engine that reads it. */
export interface TestEngine {
  readonly engine: OpenEngine;
  readonly folder: string;
  /** The engine's first root. */
  readonly lake: string;
  /** Opens a further engine on the same folders. */
  open(settings?: Partial<EngineSettings>, options?: OpenEngineOptions): OpenEngine;
  /** Writes the rows of a query as a Parquet file below the folder: `write("lake/a.parquet", "select 1 as id")`. */
  write(path: string, query: string, options?: string): Promise<string>;
  close(): Promise<void>;
}

export async function openTestEngine(settings: Partial<EngineSettings> = {}): Promise<TestEngine> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "featstore-engine-")));
  const lake = join(folder, "lake");
  await mkdir(lake);
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection: DuckDBConnection = await instance.connect();
  const open: TestEngine["open"] = (own = {}, options) =>
    openEngine("lake", settingsOf(folder, { ...settings, ...own }), options);
  return {
    ...{ engine: open(), folder, lake, open },
    async write(path, query, options = "") {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await connection.run(`copy (${query}) to '${file}' (format parquet${options})`);
      return file;
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function settingsOf(folder: string, own: Partial<EngineSettings>): EngineSettings {
  return {
    ...{
      kind: "duckdb",
      url: null,
      results: null,
      staging: join(folder, "staging"),
      memoryMb: 512,
      threads: 1,
      extensions: null,
    },
    ...{ roots: [join(folder, "lake")], s3: { endpoint: null, region: null } },
    ...own,
  };
}

/** Wraps a secret setting. */
export const secretOf = secret;

/**
 * The folder of DuckDB's extensions, which `scripts/services.sh` downloads. Undefined if it is missing; then tests that need it are
 * skipped, unless REQUIRE_SERVICES is set.
 */
export function testExtensions(): string | undefined {
  const folder = process.env.TEST_DUCKDB_EXTENSIONS;
  if (folder === undefined && process.env.REQUIRE_SERVICES === "1")
    throw new Error("TEST_DUCKDB_EXTENSIONS is not set (REQUIRE_SERVICES=1); run: bash scripts/services.sh start");
  return folder;
}

/** The ids of DuckDB's processes that this process has started (Linux). */
export function duckdbProcesses(parent = process.pid): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const stat = readText(`/proc/${name}/stat`);
      const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return state !== "Z" && Number(ppid) === parent && readText(`/proc/${name}/cmdline`).includes("duckdb-child");
    })
    .map(Number);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
