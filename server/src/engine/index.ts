export { storedRowsOf, viewQuery, withoutHistory } from "./applied-view";
export { createEngine } from "./choose-engine";
export type { Engine } from "./engine";
export { inexactAggregates } from "./inexact-aggregates";
export type { ReplayRow, ViewRow, Watermark } from "./replays";
export type { SourceState, SourceWrites, TransactionWatermark } from "./sources";
export { groupsJoined, type JoinedRow, type PlannedJoin } from "./spines";
export {
  type EntityChunks,
  type FilledTable,
  type FoundChanges,
  type FullReason,
  failedChanges,
  type Run,
  type ViewFills,
} from "./view-fills";
export type { ComparedEntity, ComparedSample, Planned } from "./view-plans";
