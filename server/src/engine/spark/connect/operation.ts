import { randomUUID } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Call } from "../../../database/index";
import type { ExecutePlanResponse, PlanSchema, ReleaseExecuteRequestSchema } from "./generated/spark/connect/base_pb";
import { pause } from "./pause";
import { submissionWatch } from "./progress";
import { RemoteError, type RemoteFailure } from "./remote-failure";
import type { SparkRpc } from "./rpc";

export interface Operation {
  readonly plan: MessageInitShape<typeof PlanSchema>;
  readonly tags: readonly string[];
  readonly call: Call;
}

/** Connections of one operation that may break in a row without a response between them. */
const MAX_CUTS = 100;
/** How long an interruption waits for Spark to submit the jobs that it prepares. */
const SETTLE_MS = 10_000;
/** A stream that is silent for longer is given up: Spark ends streams after two minutes. */
const SILENCE_MS = 180_000;

/**
 * Runs a plan and yields its responses, each once. When the connection breaks, and when the server ends the stream before the
 * operation is complete, the client attaches again after the last response. When the consumer leaves, or the call is aborted, the
 * operation is interrupted; in any case the server keeps nothing of it. Errors: `RemoteError`; the reason of the call's abort.
 */
export async function* responsesOf(rpc: SparkRpc, operation: Operation): AsyncGenerator<ExecutePlanResponse> {
  const { plan, tags, call } = operation;
  const operationId = randomUUID();
  const release = releaser(rpc, operationId);
  let isSent = false;
  let hasBegun = false;
  let last: string | undefined;
  let cuts = 0;
  let isOver = false;
  let isSubmitted = false;
  const watch = submissionWatch();

  /** Opens a stream: the first one, or one that continues after the last response. */
  function open(signal: AbortSignal): AsyncIterable<ExecutePlanResponse> {
    const identity = rpc.identity();
    const position = last === undefined ? {} : { lastResponseId: last };
    if (isSent) return rpc.client.reattachExecute({ ...identity, operationId, ...position }, { signal });
    isSent = true;
    const request = { operationId, plan, tags: [...tags], requestOptions: [reattachable] };
    return rpc.client.executePlan({ ...identity, ...request }, { signal });
  }

  /** Returns if the operation goes on after a failure. */
  async function recover(failure: RemoteFailure): Promise<void> {
    const { errorClass, isCut, status } = failure;
    const isUnknown = errorClass === "INVALID_HANDLE.OPERATION_NOT_FOUND" && last === undefined;
    const isKnown = errorClass === "INVALID_HANDLE.OPERATION_ALREADY_EXISTS";
    // The request did not arrive; or it did after all.
    if (isUnknown) isSent = false;
    // A connection that was refused cannot have started anything.
    if (isCut && status !== "unavailable") hasBegun = true;
    const ended = (cause: RemoteFailure) => new RemoteError(cause, hasBegun ? "operation" : "call");
    isOver = !(isCut || isUnknown || isKnown);
    if (isOver || cuts >= MAX_CUTS) throw ended(failure);
    if (!isCut) return;
    // Fails after some seconds if the server is gone, and at once if it was restarted and does not know the session.
    await ping(rpc, call).catch((error: unknown) => {
      throw error instanceof RemoteError ? ended(error.failure) : error;
    });
  }

  /**
   * Ends the operation. Spark prepares each stage in a thread of its own; an interruption before its job is submitted leaves a job
   * that nothing can cancel. So the client reads on until the stages of two reports of progress are the same.
   */
  async function end(): Promise<void> {
    if (isSent && !isOver && !isSubmitted) {
      const attempt = new AbortController();
      const timer = setTimeout(() => attempt.abort(), SETTLE_MS);
      try {
        for await (const response of open(attempt.signal)) {
          last = response.responseId;
          if (watch(response)) break;
        }
      } catch {
        // It has ended, or the time is over.
      } finally {
        clearTimeout(timer);
        attempt.abort();
      }
    }
    await release.all();
  }

  try {
    for (;;) {
      rpc.requireOpen();
      const attempt = new AbortController();
      try {
        for await (const response of awaited(open(attempt.signal), call, attempt)) {
          rpc.remember(response);
          hasBegun = true;
          cuts = 0;
          last = response.responseId;
          isSubmitted = watch(response);
          isOver = response.responseType.case === "resultComplete";
          if (isOver) return;
          yield response;
          release.until(response.responseId);
        }
      } catch (error) {
        if (call.abortReason !== undefined) throw call.abortReason;
        await recover(await rpc.failureOf(error));
      } finally {
        attempt.abort();
      }
      cuts += 1;
      if (cuts > 1) await pause(cuts - 2, call);
    }
  } finally {
    void rpc.track(end());
  }
}

/** Yields what a stream has until the call is aborted. The time in which the consumer works is no silence. */
async function* awaited<Item>(stream: AsyncIterable<Item>, call: Call, attempt: AbortController): AsyncGenerator<Item> {
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    const silence = setTimeout(() => attempt.abort(), SILENCE_MS);
    const next = await call.race(iterator.next()).finally(() => clearTimeout(silence));
    if (next.done === true) return;
    yield next.value;
  }
}

const reattachable = { requestOption: { case: "reattachOptions" as const, value: { reattachable: true } } };

async function ping(rpc: SparkRpc, call: Call): Promise<void> {
  const opType = { case: "getOption" as const, value: { keys: [] } };
  await rpc.unary((identity, options) => rpc.client.config({ ...identity, operation: { opType } }, options), { call });
}

/** Lets the server drop responses that have arrived, and at the end the operation, which this interrupts if it runs. */
function releaser(rpc: SparkRpc, operationId: string) {
  let isBusy = false;
  const send = (release: NonNullable<MessageInitShape<typeof ReleaseExecuteRequestSchema>["release"]>) =>
    rpc.background((identity, options) => rpc.client.releaseExecute({ ...identity, operationId, release }, options));
  return {
    until(responseId: string): void {
      // The next call releases this response, too.
      if (isBusy) return;
      isBusy = true;
      void send({ case: "releaseUntil", value: { responseId } }).then(() => {
        isBusy = false;
      });
    },
    all: (): Promise<void> => send({ case: "releaseAll", value: {} }),
  };
}
