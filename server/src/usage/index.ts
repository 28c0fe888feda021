export { createReadStore, type KeyReader, type ReadStore } from "./read-store";
export type { UsageReading } from "./read-usage.route";
export {
  createUsageReports,
  GROUPINGS,
  groupColumns,
  type UsageQuery,
  type UsageRow,
} from "./report-store";
export { usageCsv } from "./usage-csv";
export { usageRowDocument } from "./usage-document";
export type { MonthlyUsage, UsageMeter, UsedOfHolder } from "./usage-meter";
export { usageQuery } from "./usage-query";
export { readViews, type UsageTracker } from "./usage-tracker";
