import { randomUUID } from "node:crypto";
import { packageVersion } from "../../../core/index";
import { type Call, startCall } from "../../../database/index";
import { EngineError } from "../../engine-error";
import { connectAddress } from "./connect-url";
import { createRpc, type SparkRpc } from "./rpc";
import { releaseSession, sessionOf } from "./session";
import type { SparkSession, SparkSettings, StatementOptions } from "./spark-session";
import { requireSupportedSpark } from "./spark-version";

/** Opens a session: `openSparkSession` loads this file. */
export async function connectSession({ engine, url, settings = {}, ...options }: SparkSettings): Promise<SparkSession> {
  const address = connectAddress(engine, url);
  const { sessionId = randomUUID(), userAgent = `featstore/${packageVersion()}`, repeatMs = 15_000, busyMs } = options;
  const rpc = createRpc({ engine, address, sessionId, userAgent, repeatMs });
  const call = startCall(options);
  try {
    const version = await sparkVersion(rpc, call);
    requireSupportedSpark(engine, version);
    const session = sessionOf(rpc, { engine, sessionId, version, ...(busyMs === undefined ? {} : { busyMs }) });
    await applySettings(engine, session, settings, options);
    return session;
  } catch (error) {
    await rpc.close(releaseSession(rpc));
    throw rpc.errorOf(error);
  } finally {
    call.end();
  }
}

async function sparkVersion(rpc: SparkRpc, call: Call): Promise<string> {
  const { result } = await rpc.unary(
    (identity, options) =>
      rpc.client.analyzePlan({ ...identity, analyze: { case: "sparkVersion", value: {} } }, options),
    { call },
  );
  return result.case === "sparkVersion" ? result.value.version : "of an unknown version";
}

/** Sets settings and compares them with what the session then has. Error: `engine_setting_refused`. */
async function applySettings(
  engine: string,
  session: SparkSession,
  settings: Readonly<Record<string, string>>,
  options: StatementOptions,
): Promise<void> {
  const refused = (key: string, reason: string) =>
    new EngineError(
      "engine_setting_refused",
      `The server of engine "${engine}" does not take the setting ${key}: ${reason}.`,
    );
  const keys = Object.keys(settings);
  for (const [key, value] of Object.entries(settings))
    await session.set({ [key]: value }, options).catch((error: unknown) => {
      if (!(error instanceof EngineError) || error.code !== "engine_statement_failed") throw error;
      throw refused(key, error.detail);
    });
  if (keys.length === 0) return;
  const actual = await session.get(keys, options);
  for (const key of keys)
    if (actual[key] !== settings[key])
      throw refused(key, `it is ${actual[key] ?? "unset"} instead of ${settings[key]}`);
}
