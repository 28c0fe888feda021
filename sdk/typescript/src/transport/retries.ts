import { pause, throwIfAborted } from "./pause";
import { decide, failureOf } from "./retry-rules";

/** Decides after a failure whether and when to try again; shared by requests that are made at once. */
export interface Retries {
  /** Waits before a request while the server demands a pause. */
  ready(): Promise<void>;
  /** Waits before the next try, or throws the error; `failures` counts those in a row, from 1. */
  pauseAfter(error: unknown, failures: number): Promise<void>;
}

/** Retries for a transfer or a wait that goes on as long as there is progress: it has no deadline. */
export function createRetries(maxFailures: number, signal: AbortSignal | undefined): Retries {
  let notBefore = 0;
  return {
    ready: () => pause(notBefore - performance.now(), signal),
    async pauseAfter(error, failures) {
      throwIfAborted(signal);
      const failure = failureOf(error, true);
      const decision = decide({
        failure,
        attempt: failures,
        retries: maxFailures,
        isRepeatable: true,
        isFreeUsed: true,
        random: Math.random(),
        leftMs: Number.POSITIVE_INFINITY,
      });
      if ("stop" in decision) throw error;
      // One request's hint holds for the others, too.
      const hintMs = failure.kind === "status" ? 1000 * (failure.hintSeconds ?? 0) : 0;
      notBefore = Math.max(notBefore, performance.now() + hintMs);
      await pause(decision.pauseMs, signal);
    },
  };
}
