import { readdirSync, readlinkSync } from "node:fs";
import { mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Database } from "../../../../src/database/database";
import { isSurelyDead, thisProcess } from "../../../../src/database/lease-holder";
import { type OpenEngine, openEngine } from "../../../../src/engine/duckdb/process/index";
import { createViewFills } from "../../../../src/engine/duckdb/view-fills";
import { createEngine } from "../../../../src/engine/index";
import type { MaterializeDependencies } from "../../../../src/materialization/materialization";
import { createRunLog } from "../../../../src/materialization/run-log";
import { createRegistryStore } from "../../../../src/registry/registry-store";
import { changeOf, compiledAs, viewChange, viewOf } from "../../../registry/fixture";

/** A folder of Parquet files, an engine that reads it, and its staging folder. */
export interface Lake {
  readonly root: string;
  readonly staging: string;
  /** Paths below the staging folder that end with a token, or hold anything of an operation. */
  leftovers(): Promise<readonly string[]>;
  /** The ids of DuckDB's processes, which work in the root (Linux). Their parents may have died. */
  processes(): readonly number[];
  remove(): Promise<void>;
}

export async function createLake(): Promise<Lake> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "featstore-lake-")));
  const root = join(folder, "root");
  const staging = join(folder, "staging/year=2026");
  await mkdir(root);
  await mkdir(staging, { recursive: true });
  return {
    root,
    staging,
    leftovers: async () => {
      const found = await readdir(staging, { recursive: true });
      return found.filter((path) => !/^runs_[0-9a-f]{12}$|^operations$/.test(path));
    },
    processes: () =>
      readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name) && workingFolder(name)?.startsWith(root))
        .map(Number),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function workingFolder(process: string): string | undefined {
  try {
    return readlinkSync(`/proc/${process}/cwd`);
  } catch {
    return undefined; // it has ended
  }
}

/** The engine "lake" as the settings would open it. */
export function lakeEngine({ root, staging }: Pick<Lake, "root" | "staging">) {
  const s3 = { endpoint: null, region: null };
  const limits = { memoryMb: 256, threads: 2 };
  return openEngine("lake", {
    kind: "duckdb",
    url: null,
    results: null,
    roots: [root],
    extensions: null,
    s3,
    staging,
    ...limits,
  });
}

/** What materializations need, with views computed by the lake's engine. */
export async function lakeDependencies(
  database: Database,
  lake: Pick<Lake, "root" | "staging">,
  engine: OpenEngine = lakeEngine(lake),
): Promise<MaterializeDependencies> {
  return {
    registry: createRegistryStore(database),
    engine: { ...createEngine(database), ...createViewFills(database, engine) },
    offline: createRunLog(database),
    holder: await thisProcess(),
    isDead: isSurelyDead,
  };
}

/** Runs statements in a DuckDB of the test, to write files. */
export async function withWriter<Result>(
  body: (run: (text: string) => Promise<unknown>) => Promise<Result>,
): Promise<Result> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    await connection.run("set TimeZone = 'UTC'");
    return await body((text) => connection.run(text));
  } finally {
    connection.closeSync();
  }
}

/** Writes rows like those of the table `events`: `tracks` tracks with ten events each. */
export async function writeEvents(path: string, tracks: number): Promise<void> {
  await withWriter((run) =>
    run(`copy (select i as id, i % ${tracks} as track_id, cast(i as double) as value,
        timestamptz '2026-01-01 00:00:00+00' + to_minutes(cast(i as integer)) as created_at
      from range(1, ${tracks * 10} + 1) as rows (i)) to '${path}' (format parquet)`),
  );
}

/** Applies `scores@1`, computed by DuckDB from the Parquet files of the path. */
export async function applyScores(database: Database, path: string): Promise<void> {
  const text = `select '' as _tenant, cast(track_id as bigint) as track_id, max(created_at) as _event_time, avg(value) as average,
  cast(count(*) as integer) as events, cast(null as varchar[]) as _unparsed
from read_parquet('${path}') where created_at <= cast($1 as timestamptz) and cast($2 as varchar) = 'it''s' group by track_id`;
  const registry = createRegistryStore(database);
  const { revision } = await registry.snapshot();
  await registry.apply(changeOf({ revision, featureViews: [viewChange(viewOf(1), compiledAs(text))] }));
}
