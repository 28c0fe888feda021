export { openSparkSession } from "./open-session";
export { SparkError } from "./spark-error";
export type { SparkProgress, SparkSession, StatementOptions } from "./spark-session";
