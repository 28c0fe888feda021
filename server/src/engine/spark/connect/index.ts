export { openSparkSession } from "./open-session";
export { SparkError } from "./spark-error";
export type { SparkSession } from "./spark-session";
