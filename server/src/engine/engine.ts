import type { DatasetReader } from "./dataset-reader";
import type { Replays } from "./replays";
import type { Sources } from "./sources";
import type { Spines } from "./spines";
import type { ViewFills } from "./view-fills";
import type { ViewPlans } from "./view-plans";

/**
 * Computes over the sources: everything that reads a source or a spine. What it computes for a run ends up in a generation's table,
 * which is always PostgreSQL's and no concern of an engine.
 */
export interface Engine extends Sources, ViewPlans, ViewFills, Replays, Spines, DatasetReader {}

/** Methods that read no source of another engine, and that PostgreSQL's engine has for all. */
type OfPostgres =
  | keyof DatasetReader
  | "exampleKey"
  | "transactionWatermark"
  | "computeFeatures"
  | "loadSpine"
  | "loadedSpine"
  | "isInSpine"
  | "readQuery"
  | "planChunks"
  | "beginChunks"
  | "fillChunk"
  | "endChunks";

/** The methods of an engine besides PostgreSQL, over its own sources. */
export type SourceEngine = Omit<Engine, OfPostgres>;
