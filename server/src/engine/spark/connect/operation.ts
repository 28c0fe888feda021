import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Call } from "../../../database/index";
import {
  type ExecutePlanResponse,
  InterruptRequest_InterruptType,
  type PlanSchema,
} from "./generated/spark/connect/base_pb";
import { pause } from "./pause";
import { RemoteError, type RemoteFailure } from "./remote-failure";
import type { SparkRpc } from "./rpc";

export interface Operation {
  readonly plan: MessageInitShape<typeof PlanSchema>;
  readonly tags: readonly string[];
  readonly call: Call;
}

/** Connections of one operation that may break in a row without a response between them. */
const MAX_CUTS = 100;
/** A stream that is silent for longer is given up: Spark reports progress every two seconds, and ends streams after two minutes. */
const SILENCE_MS = 180_000;

/**
 * Runs a plan and yields its responses, each once. When the connection breaks, and when the server ends the stream before the
 * operation is complete, the client attaches again after the last response. The server keeps nothing of it afterwards.
 * Errors: `RemoteError`; the reason of the call's abort.
 */
export async function* responsesOf(
  rpc: SparkRpc,
  { plan, tags, call }: Operation,
): AsyncGenerator<ExecutePlanResponse> {
  const operationId = randomUUID();
  const state = { isSent: false, last: undefined as string | undefined, row: 0 };
  const stop = call.onAbort(() => interrupt(rpc, operationId));
  const release = releaser(rpc, operationId);
  try {
    for (;;) {
      const attempt = new AbortController();
      try {
        for await (const response of attach(attempt)) {
          rpc.remember(response);
          state.row = 0;
          state.last = response.responseId;
          if (response.responseType.case === "resultComplete") return;
          yield response;
          release.until(response.responseId);
        }
      } catch (error) {
        if (call.abortReason !== undefined) throw call.abortReason;
        await again(await rpc.failureOf(error));
      } finally {
        attempt.abort();
      }
      state.row += 1;
      if (state.row > 1) await pause(state.row - 2, call);
    }
  } finally {
    stop();
    release.all();
  }

  /** The responses of one connection. */
  async function* attach(attempt: AbortController): AsyncGenerator<ExecutePlanResponse> {
    const { isSent, last } = state;
    const options = { signal: attempt.signal };
    state.isSent = true;
    const stream = isSent
      ? rpc.client.reattachExecute(
          { ...rpc.identity(), operationId, ...(last === undefined ? {} : { lastResponseId: last }) },
          options,
        )
      : rpc.client.executePlan(
          { ...rpc.identity(), operationId, plan, tags: [...tags], requestOptions: [reattachable] },
          options,
        );
    const iterator = stream[Symbol.asyncIterator]();
    for (;;) {
      // The time in which the consumer works does not count.
      const silence = setTimeout(() => attempt.abort(), SILENCE_MS);
      try {
        const next = await call.race(iterator.next());
        if (next.done === true) return;
        yield next.value;
      } finally {
        clearTimeout(silence);
      }
    }
  }

  /** Returns if the operation goes on after a failure. */
  async function again(failure: RemoteFailure): Promise<void> {
    const unknown = failure.errorClass === "INVALID_HANDLE.OPERATION_NOT_FOUND" && state.last === undefined;
    // The request did not arrive; or it did after all.
    if (unknown) state.isSent = false;
    const exists = failure.errorClass === "INVALID_HANDLE.OPERATION_ALREADY_EXISTS";
    if (!(unknown || exists || failure.isCut) || state.row >= MAX_CUTS) throw new RemoteError(failure);
    // Of a server that is gone, this fails after some seconds; one that was restarted does not know the session.
    if (failure.isCut) await ping(rpc, call);
  }
}

const reattachable = {
  requestOption: { case: "reattachOptions" as const, value: { reattachable: true } },
};

async function ping(rpc: SparkRpc, call: Call): Promise<void> {
  const opType = { case: "getOption" as const, value: { keys: [] } };
  await rpc.unary((identity, options) => rpc.client.config({ ...identity, operation: { opType } }, options), { call });
}

function interrupt(rpc: SparkRpc, operationId: string): void {
  const target = { case: "operationId" as const, value: operationId };
  const interruptType = InterruptRequest_InterruptType.OPERATION_ID;
  rpc.background((identity, options) =>
    rpc.client.interrupt({ ...identity, interruptType, interrupt: target }, options),
  );
}

/** Lets the server drop responses that have arrived, one call at a time. */
function releaser(rpc: SparkRpc, operationId: string) {
  let next: string | undefined;
  let isBusy = false;
  async function drop(): Promise<void> {
    isBusy = true;
    while (next !== undefined) {
      const responseId = next;
      next = undefined;
      const release = { case: "releaseUntil" as const, value: { responseId } };
      await rpc.client.releaseExecute({ ...rpc.identity(), operationId, release }, { timeoutMs: 10_000 });
    }
  }
  return {
    until(responseId: string): void {
      next = responseId;
      if (!isBusy) rpc.background(() => drop().finally(() => (isBusy = false)));
    },
    /** Ends the operation as well, if it is not complete. */
    all(): void {
      next = undefined;
      const release = { case: "releaseAll" as const, value: {} };
      rpc.background((identity, options) => rpc.client.releaseExecute({ ...identity, operationId, release }, options));
    },
  };
}
