import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "../figure";
import type { Options } from "../options";
import type { ReferenceDatabase } from "../reference-database";
import type { EngineRun } from "./engine-run";
import { createListening } from "./listening-database";
import { measureCluster } from "./measure-cluster";
import { measureComputation } from "./measure-computation";
import { measureLoads } from "./measure-loads";
import { measureReads } from "./measure-reads";
import { measureRuns } from "./measure-runs";
import { measureTrainingSets } from "./measure-training-sets";
import { lakeSize, writeLake } from "./plays-lake";
import { openSparkPlace } from "./spark-place";

/** The memory limit of DuckDB, both the engine's and the bare one. The bar for a process is higher: not all memory is DuckDB's to limit. */
const MEMORY_MB = 1536;
const BYTES_PER_PLAY = 1000;

export interface EnginesResult {
  readonly figures: readonly Figure[];
  readonly skipped: Readonly<Record<string, string>>;
  readonly failed: Readonly<Record<string, string>>;
  /** Lines for the description of the machine. */
  readonly described: Readonly<Record<string, string>>;
}

/**
 * Measures the DuckDB engine over Parquet files: the computation of a windowed view beside hand-written statements, its memory, the
 * loading of its rows beside DuckDB's own, reads during its runs, and training sets; PostgreSQL beside them, over the same rows. With
 * a cluster, also training sets on Spark.
 */
export async function measureEngines(
  database: ReferenceDatabase,
  options: Options,
  report: (line: string) => void,
): Promise<EnginesResult> {
  const size = lakeSize(options.plays);
  const limits = { threads: availableParallelism(), memoryMb: MEMORY_MB };
  const folder = mkdtempSync(join(tmpdir(), "featstore-benchmark-"));
  const spark = await openSparkPlace(options);
  try {
    requireSpace(folder, options.plays * BYTES_PER_PLAY);
    report(`engines: writing ${size.plays} plays as Parquet files, and copying them into a table`);
    await writeLake(folder, size, limits);
    await spark?.upload(folder);
    const environment = await createListening(database, folder, limits, spark);
    const each: EngineRun = { database, options, report, folder, limits, environment };
    const { extensions } = options;
    const groups: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
      "computing a view of files": () => measureComputation(each),
      ...(extensions !== null && { "loading rows": () => measureLoads(each, extensions) }),
      "runs of views": () => measureRuns(each),
      "reads during runs": () => measureReads(each, size),
      "training sets": () => measureTrainingSets(each, size),
      ...(spark !== null && { "training sets on Spark": () => measureCluster(each, size) }),
    };
    const measured: Figure[] = [];
    const failed: Record<string, string> = {};
    for (const [name, measure] of Object.entries(groups)) {
      if (!options.engineGroups.some((group) => name === group)) continue;
      try {
        measured.push(...(await measure()));
      } catch (error) {
        failed[name] = error instanceof Error ? error.message : String(error);
        report(`engines: ${name} failed`);
      }
    }
    // Only Linux shows the memory of other processes.
    const figures = measured.filter(({ unit }) => unit !== "MiB" || process.platform === "linux");
    const skipped = {
      ...(extensions === null && { "loading rows": "TEST_DUCKDB_EXTENSIONS is not set" }),
      ...(spark === null && { "training sets on Spark": "TEST_SPARK_URL or TEST_S3_URL is not set" }),
    };
    const described = {
      "data of engines": `${size.plays} plays of ${size.listeners} listeners, synthetic`,
      duckdb: `${limits.threads} threads, ${limits.memoryMb} MiB`,
    };
    return { figures, skipped, failed, described };
  } finally {
    await spark?.remove();
    if (options.keep) report(`engines: kept ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

function requireSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < bytes) throw new Error(`${folder} needs ${Math.ceil(bytes / 2 ** 30)} GiB of free space`);
}
