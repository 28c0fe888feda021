export { storedRowsOf, viewQuery } from "./applied-view";
export { checkEngine } from "./duckdb/check-engine";
export { openEngine } from "./duckdb/process/index";
export type { Engine } from "./engine";
export { EngineError } from "./engine-error";
export { inexactAggregates } from "./inexact-aggregates";
export { createPostgresEngine as createEngine } from "./postgres/postgres-engine";
export type { ReplayRow, ViewRow, Watermark } from "./replays";
export type { SourceState, SourceWrites, TransactionWatermark } from "./sources";
export { groupsJoined, type JoinedRow, type PlannedJoin } from "./spines";
export type {
  EntityChunks,
  FilledTable,
  FoundChanges,
  FullReason,
  Run,
  ViewFills,
} from "./view-fills";
export type { ComparedEntity, ComparedSample, Planned } from "./view-plans";
export { withoutHistory } from "./without-history";
