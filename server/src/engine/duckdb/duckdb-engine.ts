import type { EngineSettings } from "../../core/index";
import type { Database } from "../../database/index";
import type { SourceEngine } from "../engine";
import { createCompare } from "./compare";
import { createEstimate } from "./estimate";
import { openEngine } from "./process/index";
import { createDuckdbReplays } from "./replays";
import { createDuckdbSources } from "./sources";
import { createDuckdbSpines } from "./spines";
import { createViewFills } from "./view-fills";

export interface DuckdbEngineOptions {
  /** The name in the settings. */
  readonly name: string;
  readonly settings: EngineSettings;
  /** The database of the registry and the generations. */
  readonly database: Database;
}

/** Creates an engine that computes over files, and tables of another PostgreSQL, with DuckDB. Starts nothing. */
export function createDuckdbEngine({ name, settings, database }: DuckdbEngineOptions): SourceEngine {
  const engine = openEngine(name, settings);
  return {
    ...createDuckdbSources(engine),
    estimate: createEstimate(engine),
    compare: createCompare(engine),
    ...createViewFills(database, engine),
    ...createDuckdbReplays(engine),
    ...createDuckdbSpines(engine, database),
  };
}
