export type { SparkRow, SparkValue } from "./arrow-rows";
export { openSparkSession } from "./open-session";
export { SparkError, type StatementPosition } from "./spark-error";
export type { SparkField, SparkProgress, SparkSession, SparkSettings, StatementOptions } from "./spark-session";
