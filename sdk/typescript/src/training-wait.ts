import { TrainingSetFailedError, type TrainingSetFailure } from "./errors";
import type { CallOptions } from "./transport";
import { pause } from "./transport/pause";
import { createRetries } from "./transport/retries";

export interface TrainingSetProgress {
  readonly rows: number;
  /** Null until the spine is read. */
  readonly spineRows: number | null;
}

export interface WaitOptions extends CallOptions {
  /** Called with the progress after each poll. */
  readonly onProgress?: (progress: TrainingSetProgress) => void;
  /** Milliseconds between two polls. 2,000 by default. */
  readonly everyMs?: number;
}

/** The part of a training set that says whether it has ended. */
interface Polled {
  readonly state: string;
  readonly progress: TrainingSetProgress;
  readonly failure: TrainingSetFailure | null;
}

const EVERY_MS = 2_000;
const MAX_FAILURES = 10;

/** Polls a training set until it is finished. Errors: `TrainingSetFailedError`, and those of `poll`, with the id. */
export async function waitForEnd<Set extends Polled>(
  id: string,
  poll: (call: CallOptions) => Promise<Set>,
  { onProgress, everyMs = EVERY_MS, ...call }: WaitOptions,
): Promise<Set> {
  const retries = createRetries(call.retries ?? MAX_FAILURES, call.signal);
  let current: Set;
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

function endOf({ state, failure }: Polled): TrainingSetFailure | null {
  if (state === "failed") return failure ?? { code: "failed", detail: "it failed" };
  return state === "cancelled" || state === "deleted" ? { code: state, detail: `it was ${state}` } : null;
}
