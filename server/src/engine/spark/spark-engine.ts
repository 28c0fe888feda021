import { compileView, dialects } from "@featstore/definitions/compiler";
import type { EngineSettings } from "../../core/index";
import type { Database } from "../../database/index";
import { createCompare } from "../duckdb/compare";
import { createEstimate } from "../duckdb/estimate";
import { createDuckdbReplays } from "../duckdb/replays";
import { createDuckdbSources } from "../duckdb/sources";
import type { SourceEngine } from "../engine";
import { openSpark } from "./open-spark";
import { createSparkSpines } from "./spines";
import { createViewFills } from "./view-fills";

export interface SparkEngineOptions {
  /** The name in the settings. */
  readonly name: string;
  readonly settings: EngineSettings;
  /** The database of the registry and the generations. */
  readonly database: Database;
}

/**
 * Creates an engine whose runs and training sets a Spark cluster computes. What it says about files, and the few rows of as-of reads and
 * samples, come from DuckDB in a process of this machine, over the same files. Starts nothing.
 */
export function createSparkEngine({ name, settings, database }: SparkEngineOptions): SourceEngine {
  const engine = openSpark(name, settings);
  const { files } = engine;
  const compare = createCompare(files);
  return {
    ...createDuckdbSources(files),
    estimate: createEstimate(files),
    // The stored statement is Spark's.
    compare: ({ view }, changed, ...rest) => {
      const { text: sql, parameters } = compileView(dialects.duckdb, view);
      return compare({ view, sql, parameters }, changed, ...rest);
    },
    ...createViewFills(database, engine),
    ...createDuckdbReplays(files),
    ...createSparkSpines(engine, database),
  };
}
