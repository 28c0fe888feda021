export { createReadStore, type KeyReader, type ReadStore } from "./read-store";
export type { MonthlyUsage, UsageMeter } from "./usage-meter";
export { readViews, type UsageTracker } from "./usage-tracker";
