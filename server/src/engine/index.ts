export { storedRowsOf, viewQuery, withoutHistory } from "./applied-view";
export { createEngine } from "./choose-engine";
export { checkEngine } from "./duckdb/check-engine";
export { createFilesReader, type FilesReader } from "./duckdb/files-reader";
export { openEngine, withDuckdb } from "./duckdb/process/index";
export type { Engine } from "./engine";
export { EngineError, refusalOf } from "./engine-error";
export { inexactAggregates } from "./inexact-aggregates";
export type { ReplayRow, ViewRow, Watermark } from "./replays";
export type { SourceState, SourceWrites, TransactionWatermark } from "./sources";
export { checkSpark } from "./spark/check-spark";
export { groupsJoined, type JoinedRow, type PlannedJoin } from "./spines";
export {
  type EntityChunks,
  type FilledTable,
  type FillOptions,
  type FillProgress,
  type FoundChanges,
  type FullReason,
  failedChanges,
  type Run,
  type ViewFills,
} from "./view-fills";
export type { ComparedEntity, ComparedSample, Planned } from "./view-plans";
