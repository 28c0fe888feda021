import type { EngineSettings } from "../../core/index";
import type { Database } from "../../database/index";
import type { SourceEngine } from "../engine";

export interface DuckdbEngineOptions {
  /** The name in the settings. */
  readonly name: string;
  readonly settings: EngineSettings;
  /** The database of the registry and the generations. */
  readonly database: Database;
}

/** Creates an engine that computes over files, and tables of another PostgreSQL, with DuckDB. Starts nothing. */
export function createDuckdbEngine({ name }: DuckdbEngineOptions): SourceEngine {
  const notYet = (): never => {
    throw new Error(`The engine "${name}" cannot do this yet`);
  };
  return {
    describe: async () => notYet(),
    tableAccess: async () => [],
    sourceState: async () => notYet(),
    writesSince: async () => "unknown",
    estimate: async () => notYet(),
    compare: async () => notYet(),
    fill: async () => notYet(),
    findChanges: async () => notYet(),
    planChunks: () => null,
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
