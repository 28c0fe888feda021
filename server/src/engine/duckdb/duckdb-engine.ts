import type { EngineSettings } from "../../core/index";
import type { Database } from "../../database/index";
import type { SourceEngine } from "../engine";
import { createEstimate } from "./estimate";
import { openEngine } from "./process/index";
import { createDuckdbSources } from "./sources";
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
  const notYet = (): never => {
    throw new Error(`The engine "${name}" cannot do this yet`);
  };
  const engine = openEngine(name, settings);
  return {
    ...createDuckdbSources(engine),
    estimate: createEstimate(engine),
    compare: async () => notYet(),
    ...createViewFills(database, engine),
    beginChunks: async () => notYet(),
    fillChunk: async () => notYet(),
    endChunks: async () => notYet(),
    rowsAsOf: async () => notYet(),
    magnitudesAsOf: async () => notYet(),
    writtenBefore: async () => null,
    planJoin: async () => notYet(),
    joinedRows: notYet,
    labelRows: notYet,
    readSpine: notYet,
    removeSpine: async () => undefined,
    sweepSpines: async () => undefined,
  };
}
