import { AbortedError } from "../errors";

/** The longest time that timers can wait, 24 days; a longer one would end at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

export function abortedError(signal: AbortSignal): AbortedError {
  return new AbortedError("The call was aborted", { cause: signal.reason });
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}

/** Waits; an abort ends the wait at once with `AbortedError`. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  if (ms <= 0) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(ms, MAX_TIMER_MS));
    signal?.addEventListener("abort", end, { once: true });
  });
  throwIfAborted(signal);
}

/** Waits for a promise; an abort ends the wait at once with `AbortedError`. */
export function untilAborted<Result>(signal: AbortSignal | undefined, promise: Promise<Result>): Promise<Result> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortedError(signal));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
