import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  collectDefinitions,
  columnsOf,
  compileView,
  dialects,
  type FeatureView,
  instantOfText,
} from "../../../feature-definitions/src/compiler";
import type { Database } from "../../../server/src/database/index";
import { type OpenEngine, openEngine, withDuckdb } from "../../../server/src/engine/duckdb/process/index";
import { computeRows } from "../../../server/src/engine/duckdb/staged-rows";
import { type FloorQuery, floorQueries } from "../floor-queries";
import { timed } from "../measurement";
import { type BareAnswer, bareDuckdb, type DuckdbLimits } from "./bare-duckdb";
import * as listeningViews from "./listening-views";
import { AS_OF } from "./plays-lake";
import { watchProcesses } from "./watch-processes";

/** The share of an engine's memory that DuckDB has for one run at a time. */
const SHARE = 3 / 4;
const HOUR_MS = 3_600_000;

/** The views as data: over files, over a table, and over files in a bucket. */
export const listening = ((): Readonly<Record<"inFiles" | "inTable" | "onCluster", FeatureView>> => {
  const { featureViews } = collectDefinitions([listeningViews]);
  const named = (end: string) => {
    const view = featureViews.find(({ name }) => name.endsWith(end));
    if (view === undefined) throw new Error(`There is no view ${end}`);
    return view;
  };
  return { inFiles: named("in_files"), inTable: named("in_table"), onCluster: named("on_cluster") };
})();

export const listeningFloors = (): readonly FloorQuery[] => floorQueries("listening", "duckdb");

export const listeningColumns = () => columnsOf(listening.inFiles);

/** The engine's setting `memory` with which DuckDB gets the memory of the limits. */
export const engineMemory = ({ memoryMb }: DuckdbLimits): number => memoryMb / SHARE;

/** Opens the lake's engine, whose DuckDB has the limits. */
export function openLake(folder: string, limits: DuckdbLimits): OpenEngine {
  return openEngine("lake", {
    kind: "duckdb",
    url: null,
    roots: [folder],
    extensions: null,
    s3: { endpoint: null, region: null },
    staging: join(folder, "staging"),
    results: null,
    memoryMb: engineMemory(limits),
    threads: limits.threads,
  });
}

export type Computation = Pick<BareAnswer, "milliseconds" | "processorMs">;

/** Computes the view into `<folder>/ours/rows`, as a run of the engine does before it loads the rows. */
export async function computeOurs(folder: string, limits: DuckdbLimits): Promise<Computation> {
  const staging = emptyFolder(join(folder, "ours"));
  const view = listening.inFiles;
  const run = {
    ...{ runId: "1", token: "1", view: view.name, version: view.version, generation: 1, table: "" },
    asOf: instantOfText(AS_OF) ?? 0n,
  };
  const options = { deadlineMs: HOUR_MS };
  return withDuckdb(openLake(folder, limits), { ...options, folders: [staging] }, async (session) => {
    // Only the kind of database decides how rows are staged.
    const staged = { database: { kind: "postgres" } as Database, session, folder: staging, options };
    const watch = watchProcesses(process.pid);
    const { milliseconds } = await timed(() => computeRows(staged, run, view, compileView(dialects.duckdb, view)));
    // This process only watches meanwhile.
    return { milliseconds, processorMs: watch.stop().childrenMs };
  });
}

/** Runs a hand-written statement for the same rows, into Parquet files in `<folder>/<strategy>`. */
export function computeFloor(folder: string, limits: DuckdbLimits, floor: FloorQuery): Promise<BareAnswer> {
  rmSync(join(folder, floor.strategy), { recursive: true, force: true });
  const query = floor.text.replaceAll("$1", `timestamptz '${AS_OF}'`);
  const statement = `copy (${query}) to '${floor.strategy}' (format parquet, per_thread_output)`;
  return bareDuckdb({ ...limits, folder, statement });
}

function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}
