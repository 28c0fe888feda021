import { TrainingSetFailedError, type TrainingSetFailure } from "./errors";
import type { TrainingSet, WaitOptions } from "./training-set";
import type { CallOptions } from "./transport";
import { pause } from "./transport/pause";
import { createRetries } from "./transport/retries";

const EVERY_MS = 2_000;
const MAX_FAILURES = 10;

/** Polls a training set until it is finished. Errors: `TrainingSetFailedError`, and those of `poll`, with the id. */
export async function waitForEnd(
  id: string,
  poll: (call: CallOptions) => Promise<TrainingSet>,
  { onProgress, everyMs = EVERY_MS, ...call }: WaitOptions,
): Promise<TrainingSet> {
  const retries = createRetries(call.retries ?? MAX_FAILURES, call.signal);
  let current: TrainingSet;
  let failures = 0;
  for (;;) {
    try {
      current = await poll({ ...call, retries: 0 });
      failures = 0;
    } catch (error) {
      failures += 1;
      await retries.pauseAfter(error, failures).catch((final: unknown) => {
        throw aboutSet(id, final);
      });
      continue;
    }
    onProgress?.(current.progress);
    if (current.state === "finished") return current;
    const ended = endOf(current);
    if (ended !== null) throw new TrainingSetFailedError(id, ended);
    await pause(everyMs, call.signal);
  }
}

/** Names the training set in an error, so that it can be found again. */
function aboutSet(id: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, stack } = error;
  error.message = `Training set ${id}: ${message}`;
  error.stack = stack?.replace(message, () => error.message) ?? "";
  return error;
}

function endOf({ state, failure }: TrainingSet): TrainingSetFailure | null {
  if (state === "failed") return failure ?? { code: "failed", detail: "it failed" };
  return state === "cancelled" || state === "deleted" ? { code: state, detail: `it was ${state}` } : null;
}
