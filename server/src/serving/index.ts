export { type IdLimit, idLimitOf, noIds, tooManyIds } from "./batch-request";
export { namesRead } from "./computed/computed-selection";
export { InputRefusal, inputReader } from "./computed/read-input";
export { constantText, valueReader, valueWriter } from "./computed/value-text";
export { parseBatchKey, parseKeyCells, parsePathKey } from "./entity-key";
export { createExampleReads, type FindExampleRead } from "./example-read";
export { createFeatureReader, type FeatureReader } from "./features";
export type { Serving } from "./module";
export {
  type EntityKey,
  KEY_SEPARATOR,
  type OnlineReadRequest,
  type OnlineStore,
  OnlineStoreError,
} from "./online-store/online-store";
export { packRow, sliceOf } from "./online-store/packed-row";
export { asStoreError, createPostgresOnlineStore } from "./online-store/postgres-online-store";
export { batchCaller } from "./read/batch-caller";
export { emptyRowValue } from "./read/empty-row";
export { readCurrent } from "./read/read-current";
export {
  type RowStatus,
  readRows,
  refusalOf,
  requireTenant,
  rowStatus,
  scopeRead,
  statusOf,
  type ViewRows,
  type ViewStatus,
} from "./read/read-rows";
export type { Caller, ReadingOptions } from "./read/reading-options";
export { type CommandReadBack, openCommandReadBack } from "./read-back/command-read-back";
export { compareRows } from "./read-back/compare-rows";
export type { ReadBack } from "./read-back/read-back";
export { createServerReadBack } from "./read-back/server-read-back";
export { createReadableStates } from "./readable-states";
export type { Answer } from "./render/answer";
export { singleAnswer } from "./render/single-answer";
export type { OnResponse } from "./response-sampler";
export {
  fallbackEntity,
  mixedEntities,
  type NamedChoices,
  notMaterialized,
  resolveChoices,
  resolveSelection,
} from "./selection/resolve-selection";
export type { Choice, SelectedView } from "./selection/selected-view";
export { answerOf, createSelection, type Selection } from "./selection/selection";
export { followServerBeside } from "./served-notice";
export type { ServedResponse } from "./served-response";
export type { ServingRegistry } from "./serving-registry";
export { type ServingState, servedViews } from "./serving-states";
