import { type Call, startCall } from "../../../database/index";
import { arrowRows, type SparkRow } from "./arrow-rows";
import { type ExecutePlanResponse, InterruptRequest_InterruptType } from "./generated/spark/connect/base_pb";
import { responsesOf } from "./operation";
import { busyWatch, progressOf } from "./progress";
import type { SparkRpc } from "./rpc";
import type { SparkField, SparkSession, SparkSettings, StatementOptions } from "./spark-session";
import { sqlPlan } from "./sql-plan";
import { typeText } from "./type-text";

interface SessionFacts extends Pick<SparkSettings, "engine" | "busyMs"> {
  readonly sessionId: string;
  readonly version: string;
}

/** Builds a session over the calls of a connection. */
export function sessionOf(rpc: SparkRpc, { engine, sessionId, version, busyMs }: SessionFacts): SparkSession {
  /** Makes a short call within the caller's limits, and converts its errors. */
  async function within<Result>(options: StatementOptions, work: (call: Call) => Promise<Result>): Promise<Result> {
    const call = startCall(options);
    try {
      return await work(call);
    } catch (error) {
      throw rpc.errorOf(error);
    } finally {
      call.end();
    }
  }

  async function* responses(
    text: string,
    kind: "relation" | "command",
    { parameters = [], tag, onProgress, ...options }: StatementOptions,
  ): AsyncGenerator<ExecutePlanResponse> {
    const busy = new AbortController();
    const signal = options.signal === undefined ? busy.signal : AbortSignal.any([options.signal, busy.signal]);
    const call = startCall({ ...options, signal });
    const plan = sqlPlan(text, kind, parameters);
    const watch = busyWatch(engine, busyMs, (error) => busy.abort(error));
    try {
      for await (const response of responsesOf(rpc, { plan, call, tags: tag === undefined ? [] : [tag] })) {
        const { responseType } = response;
        if (responseType.case !== "executionProgress") yield response;
        else {
          const progress = progressOf(responseType.value);
          watch.see(progress);
          onProgress?.(progress);
        }
      }
    } catch (error) {
      throw busy.signal.aborted ? busy.signal.reason : rpc.errorOf(error);
    } finally {
      watch.end();
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
    close: () => rpc.close(releaseSession(rpc)),
  };
}

/** Lets the server end what runs in the session, and forget it. */
export function releaseSession({ client }: SparkRpc): Parameters<SparkRpc["close"]>[0] {
  return ({ clientObservedServerSideSessionId: _, ...identity }, options) => client.releaseSession(identity, options);
}
