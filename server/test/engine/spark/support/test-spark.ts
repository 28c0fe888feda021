import { onTestFinished } from "vitest";
import { openSparkSession, type SparkSession } from "../../../../src/engine/spark/connect/index";

/** The address of a Spark Connect server: `bash scripts/services.sh start spark`. */
export const sparkUrl = process.env.TEST_SPARK_URL ?? "";

/** For `describe.skipIf`. */
export const withoutSpark = sparkUrl === "";

/** Opens a session in UTC that ends with the test. */
export async function openTestSession(
  settings: Readonly<Record<string, string>> = {},
  url = sparkUrl,
): Promise<SparkSession> {
  const utc = { "spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true" };
  const session = await openSparkSession({ engine: "lake", url, settings: { ...utc, ...settings } });
  onTestFinished(() => session.close());
  return session;
}
