import { EngineError } from "../../engine-error";
import type { SparkSession, SparkSettings } from "./spark-session";

/**
 * Opens a session on a Spark Connect server of version 4.0 or 4.1. Loads the packages of the client, which are optional.
 * Errors: `engine_unavailable`, `engine_version_unsupported`, `engine_setting_refused`.
 *
 * @example
 * const session = await openSparkSession({ engine: "lake", url: "sc://localhost:15002" });
 * await session.rows("select 1 as one"); // [{ one: 1 }]
 */
export async function openSparkSession(settings: SparkSettings): Promise<SparkSession> {
  const { connectSession } = await import("./connect-session").catch((error: unknown) => {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new EngineError(
      "engine_unavailable",
      `Engine "${settings.engine}" needs packages that cannot be loaded: npm install @bufbuild/protobuf @connectrpc/connect @connectrpc/connect-node`,
    );
  });
  return connectSession(settings);
}
