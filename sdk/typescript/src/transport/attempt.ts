import { TimeoutError } from "../errors";
import { abortedError, MAX_TIMER_MS, throwIfAborted } from "./pause";

/** The abort signal and the timeout of an attempt. */
export interface AttemptLimits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** The message of `TimeoutError`. */
  readonly late: string;
}

/** An attempt while it runs. */
export interface RunningAttempt {
  /** Aborted with the attempt, for `fetch`. */
  readonly signal: AbortSignal;
  /** Stops the request and no longer listens to the call's signal; for an answer that is read after the attempt. */
  close(): void;
}

/**
 * Runs an attempt. An abort or the timeout ends it at once, even if `work` does not notice. With `keepsOpen`, the call's
 * signal goes on to abort the request after the attempt, until it is closed.
 */
export function runAttempt<Result>(
  { signal, timeoutMs, late }: AttemptLimits,
  work: (attempt: RunningAttempt) => Promise<Result>,
  keepsOpen = false,
): Promise<Result> {
  throwIfAborted(signal);
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const forget = () => signal?.removeEventListener("abort", onAbort);
    const fail = (error: unknown, reason?: unknown) => {
      clearTimeout(timer);
      forget();
      reject(error);
      controller.abort(reason);
    };
    const onAbort = () => {
      if (signal !== undefined) fail(abortedError(signal), signal.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    const timer = setTimeout(() => fail(new TimeoutError(late)), Math.min(timeoutMs, MAX_TIMER_MS));
    const close = () => {
      forget();
      controller.abort();
    };
    work({ signal: controller.signal, close }).then((result) => {
      clearTimeout(timer);
      if (!keepsOpen) forget();
      resolve(result);
    }, fail);
  });
}
