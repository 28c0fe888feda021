export { createReplayStore, type ReplayRow, type ReplayStore, type Watermark } from "./replay-store";
export {
  beforeWatermark,
  hasLaterRows,
  relationText,
  replayMagnitudes,
  replayView,
  storedRowsOf,
  type ViewRow,
  withoutHistory,
} from "./replay-view";
export { inexactAggregates, isSameValue } from "./same-value";
