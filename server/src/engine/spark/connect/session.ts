import { randomUUID } from "node:crypto";
import { packageVersion } from "../../../core/index";
import { type Call, startCall } from "../../../database/index";
import { EngineError } from "../../engine-error";
import { arrowRows, type SparkRow } from "./arrow-rows";
import { connectAddress } from "./connect-url";
import { type ExecutePlanResponse, InterruptRequest_InterruptType } from "./generated/spark/connect/base_pb";
import { responsesOf } from "./operation";
import { createRpc, type SparkRpc } from "./rpc";
import type { SparkField, SparkSession, SparkSettings, StatementOptions } from "./spark-session";
import { requireSupportedSpark } from "./spark-version";
import { sqlPlan } from "./sql-plan";
import { typeText } from "./type-text";

/** Opens a session: `openSparkSession` loads this file. */
export async function connectSession({ engine, url, settings = {}, ...options }: SparkSettings): Promise<SparkSession> {
  const address = connectAddress(engine, url);
  const { sessionId = randomUUID(), userAgent = `featstore/${packageVersion()}` } = options;
  const rpc = createRpc({ engine, address, sessionId, userAgent });
  const call = startCall(options);
  try {
    const version = await sparkVersion(rpc, call);
    requireSupportedSpark(engine, version);
    const session = sessionOf(rpc, { sessionId, version });
    await applySettings(engine, session, settings, options);
    return session;
  } catch (error) {
    const opened = await rpc.errorOf(error, "open");
    await rpc.close();
    throw opened;
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
  const actual = await session.get(keys, options);
  for (const key of keys)
    if (actual[key] !== settings[key])
      throw refused(key, `it is ${actual[key] ?? "unset"} instead of ${settings[key]}`);
}

function sessionOf(
  rpc: SparkRpc,
  { sessionId, version }: { readonly sessionId: string; readonly version: string },
): SparkSession {
  /** Makes a short call within the caller's limits, and converts its errors. */
  async function within<Result>(options: StatementOptions, work: (call: Call) => Promise<Result>): Promise<Result> {
    const call = startCall(options);
    try {
      return await work(call);
    } catch (error) {
      throw await rpc.errorOf(error, "call");
    } finally {
      call.end();
    }
  }

  async function* responses(
    text: string,
    kind: "relation" | "command",
    { parameters = [], tag, onProgress, ...options }: StatementOptions,
  ): AsyncGenerator<ExecutePlanResponse> {
    const call = startCall(options);
    const plan = sqlPlan(text, kind, parameters);
    try {
      for await (const response of responsesOf(rpc, { plan, call, tags: tag === undefined ? [] : [tag] })) {
        const { responseType } = response;
        if (responseType.case !== "executionProgress") yield response;
        else onProgress?.(progressOf(responseType.value));
      }
    } catch (error) {
      throw await rpc.errorOf(error, "operation");
    } finally {
      call.end();
    }
  }

  async function* stream(text: string, options: StatementOptions = {}): AsyncGenerator<readonly SparkRow[]> {
    for await (const { responseType } of responses(text, "relation", options))
      if (responseType.case === "arrowBatch") yield arrowRows(responseType.value.data);
  }

  return {
    id: sessionId,
    version,
    stream,
    async rows<Row extends object>(text: string, options: StatementOptions = {}) {
      const all: SparkRow[] = [];
      for await (const rows of stream(text, options)) for (const row of rows) all.push(row);
      return all as readonly unknown[] as readonly Row[]; // the caller names its columns
    },
    async run(text, options = {}) {
      for await (const _ of responses(text, "command", options));
    },
    schemaOf: (text, options = {}) =>
      within(options, async (call) => {
        const plan = sqlPlan(text, "relation", options.parameters ?? []);
        const { result } = await rpc.unary(
          (identity, sent) =>
            rpc.client.analyzePlan({ ...identity, analyze: { case: "schema", value: { plan } } }, sent),
          { call, timeoutMs: 0 },
        );
        const kind = result.case === "schema" ? result.value.schema?.kind : undefined;
        if (kind?.case !== "struct") throw new Error("Spark returned no schema");
        return kind.value.fields.map(
          ({ name, dataType, nullable }): SparkField => ({ name, type: typeText(dataType), nullable }),
        );
      }),
    set: (settings, options = {}) =>
      within(options, async (call) => {
        const pairs = Object.entries(settings).map(([key, value]) => ({ key, value }));
        const opType = { case: "set" as const, value: { pairs } };
        await rpc.unary((identity, sent) => rpc.client.config({ ...identity, operation: { opType } }, sent), { call });
      }),
    get: (keys, options = {}) =>
      within(options, async (call) => {
        const opType = { case: "getOption" as const, value: { keys: [...keys] } };
        const { pairs } = await rpc.unary(
          (identity, sent) => rpc.client.config({ ...identity, operation: { opType } }, sent),
          { call },
        );
        return Object.fromEntries(pairs.map(({ key, value }) => [key, value ?? null]));
      }),
    interrupt: (tag, options = {}) =>
      within(options, async (call) => {
        const target = { case: "operationTag" as const, value: tag };
        const interruptType = InterruptRequest_InterruptType.TAG;
        const { interruptedIds } = await rpc.unary(
          (identity, sent) => rpc.client.interrupt({ ...identity, interruptType, interrupt: target }, sent),
          { call },
        );
        return interruptedIds.length;
      }),
    async close() {
      rpc.background(({ clientObservedServerSideSessionId: _, ...identity }, options) =>
        rpc.client.releaseSession(identity, options),
      );
      await rpc.close();
    },
  };
}

type Progress = Extract<ExecutePlanResponse["responseType"], { case: "executionProgress" }>["value"];

function progressOf({ stages, numInflightTasks }: Progress) {
  const sum = (count: (stage: (typeof stages)[number]) => bigint) =>
    Number(stages.reduce((total, stage) => total + count(stage), 0n));
  return {
    tasks: sum(({ numTasks }) => numTasks),
    completedTasks: sum(({ numCompletedTasks }) => numCompletedTasks),
    runningTasks: Number(numInflightTasks),
    bytesRead: sum(({ inputBytesRead }) => inputBytesRead),
  };
}
