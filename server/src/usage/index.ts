export { createPostgresReadStore } from "./postgres-read-store";
export type { KeyReader, ReadStore } from "./read-store";
export { readViews, type UsageTracker } from "./usage-tracker";
