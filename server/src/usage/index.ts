export { createReadStore, type KeyReader, type ReadStore } from "./read-store";
export { readViews, type UsageTracker } from "./usage-tracker";
